// W-TinyLFU (Einziger et al. 2017): a window of one hundredth, a probation and a protected segment, admission by ghost counts.
#include "policy.h"

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = ghost.known == 1 ? min(ghost.count + 1, 15) : 0;
  return 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = min(mark.count + 1, 15);
  if (object.queue == 0) return 0;
  return 2;
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  if (queues.bytes[0] > queues.capacity / 100) return 0;
  if (queues.bytes[2] > queues.capacity * 8 / 10) return 2;
  return queues.length[1] > 0 ? 1 : 2;
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (object.queue == 0) {
    // The candidate meets the victim that was seen last, whose count stands in the memory.
    const bool wins = mark.count > memory.a;
    return wins ? 1 : kEvict;
  }
  if (object.queue == 2) {
    if (queues.bytes[2] > queues.capacity * 8 / 10) return 1;
    return kEvict;
  }
  memory.a = clamp((3 * memory.a + mark.count) / 4, 0, 15);
  return kEvict;
}
