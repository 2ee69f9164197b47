// S3-FIFO (Yang et al. 2023) with a threshold that drops while the main queue's ghosts come back more often than the small one's.
#include "policy.h"

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  if (ghost.known == 0) return 0;
  memory.a = clamp(memory.a + (ghost.queue == 1 ? 1 : -1), -64, 64);
  mark.count = ghost.queue == 1 ? 1 : 0;
  return 1;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count += mark.count < 3 ? 1 : 0;
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return queues.bytes[0] * 10 >= queues.capacity || queues.length[1] == 0 ? 0 : 1; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 wanted = memory.a > 16 ? 1 : 2;
  if (object.queue == 0) {
    if (mark.count < wanted) return kEvict;
    mark.count = 0;
    return 1;
  }
  if (mark.count > 0) {
    mark.count--;
    return 1;
  }
  return kEvict;
}
