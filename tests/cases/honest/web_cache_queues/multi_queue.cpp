// MQ (Zhou et al. 2001): the queue is the logarithm of the count, and a head that outstayed its life time goes down by one.
#include "policy.h"

i64 level(const Mark& mark) { return min(log2_floor(mark.count + 1), kQueues - 1); }

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = ghost.known == 1 ? min(ghost.count + 1, kMaxMark) : 0;
  return level(mark);
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = min(mark.count + 1, kMaxMark);
  return level(mark);
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  for (i64 q = kQueues - 1; q > 0; q -= 1) {
    if (queues.length[q] > queues.objects / 2) return q;
  }
  for (i64 q = 0; q < kQueues; q += 1) {
    if (queues.length[q] > 0) return q;
  }
  return 0;
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (object.queue > 0 && object.idle > queues.objects) {
    mark.count = mark.count >> 1;
    return object.queue - 1;
  }
  return object.queue == 0 ? kEvict : object.queue - 1;
}
