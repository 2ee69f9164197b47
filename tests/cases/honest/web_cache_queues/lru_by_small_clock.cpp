// LRU from eight bits: the mark keeps a coarse time of the last access, and a head that is younger than the median of recent victims stays.
#include "policy.h"

i64 coarse(const Queues& queues) { return (queues.now / max(queues.objects / 32, 1)) & 255; }
i64 age_of(const Mark& mark, const Queues& queues) { return (coarse(queues) - mark.tag) & 255; }

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  mark.tag = coarse(queues);
  return 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.tag = coarse(queues);
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return 0; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 age = age_of(mark, queues);
  const bool is_young = age < memory.a;
  // A running median: up by one for each older victim, down by one for each younger.
  memory.a = clamp(memory.a + (age > memory.a ? 1 : -1), 0, 200);
  if (is_young && mark.count < 4) {
    mark.count += 1;
    return 0;
  }
  mark.count = 0;
  return kForget;
}
