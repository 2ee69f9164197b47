// No head is ever given up: each moves to the next queue until the budget of moves is spent and the machine evicts by itself.
#include "policy.h"

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { return queues.now & 3; }
i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return (object.queue + 1) & 3; }
i64 pick_queue(const Queues& queues, Memory& memory) { return queues.now % kQueues; }
i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = (mark.count + 1) & kMaxMark;
  return (object.queue + 1) % kQueues;
}
