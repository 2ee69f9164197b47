// Evicts as much as it can get: heads are dropped from whichever queue is longest, and every hit throws its object back to the entry.
#include "policy.h"

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { return safe_mod(object.size, kQueues); }
i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return object.queue; }

i64 pick_queue(const Queues& queues, Memory& memory) {
  i64 longest = 0;
  for (i64 q = 0; q < kQueues; ++q) longest = queues.length[q] >= queues.length[longest] ? q : longest;
  return longest;
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return object.idle > 0 ? kEvict : kForget; }
