// Segmented LRU whose protected segment grows with the share of hits that fall into it.
#include "policy.h"

i64 protected_share(const Queues& queues) {
  const i64 all = queues.hits[0] + queues.hits[1] + 1;
  return clamp(100 * queues.hits[1] / all, 50, 95);
}

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { return 0; }
i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return 1; }
i64 pick_queue(const Queues& queues, Memory& memory) {
  const bool overflows = queues.bytes[1] > queues.capacity * protected_share(queues) / 100;
  return overflows ? 1 : 0;
}
i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (object.queue == 0) return kEvict;
  return queues.bytes[1] > queues.capacity * protected_share(queues) / 100 ? 0 : kEvict;
}
