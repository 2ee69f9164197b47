// Greedy-Dual-Size by classes: objects queue by the logarithm of their size, and the class that holds most bytes for its hits gives.
#include "policy.h"

i64 class_of(i64 size) { return clamp((log2_floor(size) - 9) / 3, 0, kQueues - 1); }

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { return class_of(object.size); }

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = min(mark.count + 1, 7);
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  i64 worst = 0, least = kI64Max;
  for (i64 q = 0; q < kQueues; ++q) {
    if (queues.length[q] == 0) continue;
    const i64 value = safe_div(sat_mul(queues.hits[q] + 1, 1LL << 20), max(queues.bytes[q], 1));
    if (value < least) {
      least = value;
      worst = q;
    }
  }
  return worst;
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (mark.count == 0) return kForget;
  mark.count /= 2;
  return object.queue;
}
