// S3-FIFO (Yang et al. 2023): newcomers pass through a small FIFO of a tenth of the cache (queue 0); those with two hits
// or more move on to the main FIFO (queue 1), the others are remembered and join the main one when they come back. In
// the main FIFO an object goes round once for each hit, up to three.
#include "policy.h"

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  return ghost.known == 1 ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = min(mark.count + 1, 3);
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  return queues.bytes[1] > queues.capacity - queues.capacity / 10 ? 1 : 0;
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (object.queue == 0) {
    if (mark.count < 2) return kEvict;
    mark.count = 0;
    return 1;
  }
  if (mark.count == 0) return kForget;
  mark.count -= 1;
  return 1;
}
