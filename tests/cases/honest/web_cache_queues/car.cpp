// CAR (Bansal and Modha 2004): two clocks in place of ARC's two lists, with one reference bit each.
#include "policy.h"

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  if (ghost.known == 0) return 0;
  const i64 step = ghost.queue == 0 ? 1 : -1;
  memory.a = clamp(memory.a + step * max(object.size / 2, 1), 0, min(queues.capacity, kMaxMemory));
  mark.tag = 1;
  return 1;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = 1;
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return queues.bytes[0] >= max(1, memory.a) ? 0 : 1; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (mark.count == 0) return kEvict;
  mark.count = 0;
  mark.tag = 1;
  return 1;
}
