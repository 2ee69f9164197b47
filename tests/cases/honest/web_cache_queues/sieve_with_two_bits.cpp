// SIEVE (Zhang et al. 2024) with a second bit: what was hit twice between two passes of the hand survives two of them.
#include "policy.h"

i64 ahead(const Memory& memory) { return memory.a == 0 ? 1 : 2; }
i64 behind(const Memory& memory) { return 3 - ahead(memory); }

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { return 0; }

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = mark.count == 0 ? 1 : 2;
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return queues.length[ahead(memory)] != 0 ? ahead(memory) : 0; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 to = behind(memory), left = queues.length[ahead(memory)] + queues.length[0];
  if (left <= 1) memory.a = memory.a == 0 ? 1 : 0;
  if (mark.count == 0) return kForget;
  mark.count -= 1;
  return to;
}
