// Caffeine's hill climber: the window's share moves on as long as the hit ratio rises, and turns round where it falls.
#include "policy.h"

i64 share(const Memory& memory) { return clamp(memory.a + 10, 1, 800); }

void sample(const Queues& queues, Memory& memory, bool is_hit) {
  const i64 hits = clamp(memory.b & 0xfffff, 0, 0xfffff), requests = clamp((memory.b >> 20) & 0xfffff, 0, 0xfffff);
  const i64 h = hits + is_hit, r = requests + 1;
  if (r < 4096) {
    memory.b = (r << 20) | (h & 0xfffff);
    return;
  }
  const i64 ratio = 1000 * h / r;
  const i64 direction = memory.d < 0 ? -1 : 1;
  memory.d = ratio >= memory.c ? direction : -direction;
  memory.a = clamp(memory.a + 25 * memory.d, -9, 790);
  memory.c = ratio;
  memory.b = 0;
}

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  sample(queues, memory, false);
  return ghost.known == 1 && ghost.count > 0 ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  sample(queues, memory, true);
  mark.count = min(mark.count + 1, 3);
  return object.queue == 1 ? 1 : kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return queues.bytes[0] > queues.capacity * share(memory) / 1000 ? 0 : 1; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (object.queue == 0 && mark.count > 0) {
    mark.count = 0;
    return 1;
  }
  return kEvict;
}
