// S3-FIFO whose small queue has from a tenth to a half of the cache: the larger, the more of the recent requests that
// were of use came back too late for it, as against hits in the main queue.
#include "policy.h"

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  return ghost.known == 1 ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = min(mark.count + 1, 3);
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  const i64 late = queues.ghost_hits[0];
  const i64 per_mille = 100 + min(400 * late / (late + queues.hits[1] + 1), 400);
  return queues.bytes[0] > queues.capacity * per_mille / 1000 ? 0 : 1;
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
