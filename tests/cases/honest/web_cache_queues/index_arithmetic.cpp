// Arrays indexed in every legal way: by constants, masks, remainders, clamps, loops, sums of loops, and items of other arrays.
#include "policy.h"

i64 at_most_three(i64 x) { return x & 3; }

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  i64 sum = queues.length[0] + queues.length[kQueues - 1] + queues.length[object.queue] + queues.length[ghost.queue & 3];
  sum += queues.length[clamp(memory.a, 0, kQueues - 1)] + queues.length[safe_mod(queues.now, kQueues)];
  sum += queues.length[at_most_three(queues.length[at_most_three(queues.length[1])])];
  for (i64 i = 0; i < 2; ++i)
    for (i64 j = 0; j < 2; ++j) sum += queues.length[2 * i + j] - queues.length[3 - (i + j)];
  for (i64 i = kQueues - 1; i >= 0; --i) sum += queues.ghost_hits[i];
  memory.a = sum & 3;
  return queues.hits[memory.a] > queues.hits[(memory.a + 1) % 4] ? 0 : 1;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return queues.length[object.queue] > queues.length[3 - object.queue] ? 3 - object.queue : kStay; }
i64 pick_queue(const Queues& queues, Memory& memory) { return queues.length[(queues.now / 2) % kQueues] > 0 ? queues.now / 2 % kQueues : queues.now % 4; }
i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return queues.ghost_hits[object.queue] > queues.hits[object.queue] ? kEvict : kForget; }
