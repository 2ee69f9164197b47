// LHD's idea (Beckmann et al. 2018) over four queues: the queue with the lowest hit density per object gives up its head.
#include "policy.h"

i64 density(const Queues& queues, i64 q) { return safe_div(sat_mul(queues.hits[q], 1000), queues.length[q]); }

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  if (ghost.known == 0) return 0;
  return ghost.count >= 2 ? 2 : 1;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = min(mark.count + 1, 15);
  return mark.count >= 4 && object.queue < 3 ? object.queue + 1 : kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  i64 best = 0;
  for (i64 q = 1; q < kQueues; q++)
    if (queues.length[q] > 0 && (queues.length[best] == 0 || density(queues, q) < density(queues, best))) best = q;
  return best;
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (mark.count > 0 && object.idle < 2 * queues.objects) {
    mark.count >>= 1;
    return max(object.queue - 1, 0);
  }
  return kEvict;
}
