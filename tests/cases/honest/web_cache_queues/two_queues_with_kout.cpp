// 2Q (Johnson and Shasha 1994) with Kin and Kout as shares that follow the traffic, kept in thousandths in the memory.
#include "policy.h"

i64 kin(const Memory& memory) { return clamp(250 + memory.a, 10, 500); }
i64 kout(const Memory& memory) { return clamp(500 + memory.b, 100, 900); }

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  const bool remembered = ghost.known == 1 && sat_mul(ghost.age, 1000) < queues.objects * kout(memory);
  if (remembered) memory.a = clamp(memory.a + 2, -240, 250);
  else memory.a = clamp(memory.a - (queues.now % 8 == 0 ? 1 : 0), -240, 250);
  memory.b = clamp(memory.b + (ghost.known == 1 && !remembered ? 5 : 0) - (queues.now & 15) / 15, -400, 400);
  return remembered ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return object.queue == 1 ? 1 : kStay; }

i64 pick_queue(const Queues& queues, Memory& memory) { return queues.bytes[0] > queues.capacity / 1000 * kin(memory) + 1 ? 0 : 1; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return object.queue == 0 ? kEvict : kForget; }
