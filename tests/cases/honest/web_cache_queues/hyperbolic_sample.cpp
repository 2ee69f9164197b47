// Hyperbolic caching (Blankstein et al. 2017) at the head: hits per request of age, against a moving average of what was evicted.
#include "policy.h"

i64 rate_of(const Object& object, const Mark& mark) { return (mark.count + 1) * (1 << 20) / max(object.age, 1); }

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { return 0; }

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = min(mark.count + 1, kMaxMark);
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return 0; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 rate = min(rate_of(object, mark), kMaxMemory);
  const bool stays = rate > memory.a && mark.count > 0;
  memory.a = clamp(memory.a + (rate - memory.a) / 16, 0, kMaxMemory);
  if (!stays) return kForget;
  mark.count -= 1;
  return 0;
}
