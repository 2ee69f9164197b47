i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  if (ghost.known == 0) {
    return 0;
  }
  const i64 hits = queues.hits[0] + queues.hits[1] + queues.hits[2] + queues.hits[3];
  const i64 bound = queues.length[2] > 0 ? 22 : 44;
  const bool poor = hits * 100 < queues.objects * bound;
  const bool veteran = ghost.tag >= 128;
  if (!poor && ghost.age * 2 <= queues.ghosts) {
    const i64 adapt_start = tunable(340, 150, 600);
    const i64 hot_gain = tunable(1, 0, 4);
    const i64 objects = max(queues.objects, 1);
    const i64 scale = objects * 65536;
    const i64 gain = clamp(adapt_start - safe_div(hits * 250, objects), 50, 300);
    const i64 main_share = clamp(memory.b, 0, 65536);
    const i64 weight = ghost.queue == 0 ? main_share : main_share - 65536;
    const i64 step = safe_div(weight * gain * 10000, scale);
    memory.a = clamp(sat_add(memory.a, step), -60000, 150000);
    if (ghost.queue != 0) {
      const i64 veteran_share = clamp(memory.d, 0, 65536);
      const i64 pull = veteran ? 65536 - veteran_share : 0 - veteran_share;
      const i64 shift = safe_div(pull * hot_gain * 1000000, scale);
      memory.c = clamp(sat_add(memory.c, shift), -350000, 250000);
    }
  }
  const i64 trusted_returns = tunable(1, 1, 4);
  const i64 returns = min((veteran ? ghost.tag - 128 : ghost.tag) + 1, 127);
  if (!poor && returns > trusted_returns) {
    mark.tag = returns + 128;
    return 2;
  }
  mark.tag = returns;
  return 1;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 count_cap = tunable(3, 2, 15);
  mark.count = min(mark.count + 1, count_cap);
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  const i64 hits = queues.hits[0] + queues.hits[1] + queues.hits[2] + queues.hits[3];
  const i64 bound = queues.length[2] > 0 ? 22 : 44;
  const bool poor = hits * 100 < queues.objects * bound;
  const i64 small_share = tunable(100, 20, 300);
  const i64 poor_share = tunable(100, 20, 300);
  const i64 hot_start = tunable(500, 100, 850);
  const i64 share = poor ? poor_share : clamp(small_share + memory.a / 1000, 10, 500);
  if (queues.bytes[0] * 1000 >= queues.capacity * share) {
    return 0;
  }
  const i64 hot_share = poor ? 0 : clamp(hot_start + memory.c / 1000, 50, 850);
  return queues.bytes[2] * 1000 > queues.capacity * hot_share ? 2 : 1;
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 hits = queues.hits[0] + queues.hits[1] + queues.hits[2] + queues.hits[3];
  const i64 bound = queues.length[2] > 0 ? 22 : 44;
  const bool poor = hits * 100 < queues.objects * bound;
  if (object.queue == 0) {
    const i64 promote_at = tunable(2, 1, 3);
    const i64 late_percent = tunable(50, 0, 100);
    const i64 poor_late_percent = tunable(20, 0, 100);
    const i64 percent = poor ? poor_late_percent : late_percent;
    const bool late = object.idle * 100 <= object.age * percent;
    if (mark.count >= promote_at || (mark.count >= 1 && late)) {
      mark.count = 0;
      mark.tag = max(mark.tag, 1);
      return 1;
    }
  }
  if (object.queue >= 1 && mark.count > 0) {
    mark.count -= 1;
    mark.tag = mark.tag < 128 ? mark.tag + 128 : mark.tag;
    return poor ? 1 : 2;
  }
  if (object.queue >= 2) {
    return 1;
  }
  const i64 aim = object.queue == 0 ? 0 : 65536;
  memory.b = clamp(memory.b + (aim - memory.b) / 256, 0, 65536);
  if (object.queue != 0) {
    const i64 veteran_aim = mark.tag >= 128 ? 65536 : 0;
    memory.d = clamp(memory.d + (veteran_aim - memory.d) / 256, 0, 65536);
    if (poor) {
      return kForget;
    }
  }
  return kEvict;
}
