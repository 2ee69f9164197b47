// SIEVE (Zhang et al. 2024): a hand sweeps from the oldest object to the newest; it evicts what was not hit since it last
// passed, and objects keep their place. What the hand has passed stands in one of the queues 1 and 2, in order; what it
// has still to pass stands in the other one and then in queue 0, where newcomers join. When nothing is left to pass the
// two change roles: `memory.a` says which.
#include "policy.h"

i64 queue_ahead(const Memory& memory) { return memory.a == 0 ? 1 : 2; }

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  return 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = 1;
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  const i64 ahead = queue_ahead(memory);
  return queues.length[ahead] > 0 ? ahead : 0;
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 ahead = queue_ahead(memory);
  const bool is_last = queues.length[ahead] + queues.length[0] <= 1;
  if (is_last) memory.a = memory.a == 0 ? 1 : 0;
  if (mark.count == 0) return kForget;
  mark.count = 0;
  return ahead == 1 ? 2 : 1;
}
