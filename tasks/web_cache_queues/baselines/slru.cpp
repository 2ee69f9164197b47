// Segmented LRU (Karedla et al. 1994) with four segments of equal size: a hit moves the object up by one segment; what
// overflows a segment moves down when space is needed; the bottom one is where objects leave.
#include "policy.h"

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  return 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  return min(object.queue + 1, kQueues - 1);
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  for (i64 queue = kQueues - 1; queue > 0; --queue) {
    if (queues.bytes[queue] > queues.capacity / kQueues) return queue;
  }
  return 0;
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (object.queue > 0 && queues.bytes[object.queue] > queues.capacity / kQueues) return object.queue - 1;
  return kForget;
}
