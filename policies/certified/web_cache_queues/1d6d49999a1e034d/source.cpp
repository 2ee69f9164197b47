i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 return_count = tunable(2, 0, 4);
  const i64 main_pull = tunable(4, 1, 12);
  if (ghost.known == 0) {
    return 0;
  }
  if (ghost.queue == 0) {
    if (ghost.age * 1000 <= queues.objects * 700) {
      memory.a = clamp(memory.a + 4, -90, 200);
    }
    return 1;
  }
  mark.count = clamp(ghost.tag + 1, return_count, 4);
  mark.tag = min(ghost.tag + 1, 4);
  if (ghost.queue == 2) {
    memory.b = clamp(memory.b + 4, -90, 200);
  } else {
    memory.a = clamp(memory.a - main_pull, -90, 200);
    memory.b = clamp(memory.b - 4, -90, 200);
  }
  return 1;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 most_hits = tunable(8, 3, 16);
  const i64 far_reuse = tunable(200, 50, 1000);
  const i64 idle = object.idle * 1000;
  if (mark.count > 0 && idle < queues.objects * 20) {
    return kStay;
  }
  if (idle > queues.objects * far_reuse) {
    mark.tag = min(mark.tag + 1, 4);
  }
  mark.count = min(mark.count + 1, most_hits);
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  const i64 small_share = tunable(100, 20, 300);
  const i64 probation_share = tunable(100, 10, 400);
  const i64 small = clamp(small_share + memory.a, 10, 300);
  const i64 probation = clamp(probation_share + memory.b, 10, 400);
  if (queues.bytes[0] * 1000 > queues.capacity * small) {
    return 0;
  }
  return queues.bytes[2] * 1000 > queues.capacity * probation ? 2 : 1;
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 dormant_share = tunable(500, 200, 1000);
  const i64 steady_share = tunable(300, 50, 700);
  if (mark.count == 0) {
    if (mark.tag >= 2 && object.idle * 1000 <= object.age * steady_share) {
      mark.tag -= 1;
      return 1;
    }
    return kEvict;
  }
  if (object.queue == 0) {
    const i64 target = mark.count == 1 && mark.tag == 0 ? 2 : 1;
    mark.count = 0;
    return target;
  }
  if (object.idle * 1000 > object.age * dormant_share) {
    if (object.queue == 1 && mark.tag == 0) {
      mark.count = 0;
      return 2;
    }
    mark.count = mark.count > 2 ? mark.count / 2 : mark.count - 1;
  } else {
    mark.count -= 1;
  }
  return 1;
}
