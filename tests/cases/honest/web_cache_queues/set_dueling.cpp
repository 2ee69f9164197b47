// DIP's set duelling (Qureshi et al. 2007): two small groups of objects always follow one rule each, the others the winner's.
#include "policy.h"

i64 group(const Object& object) { return ((object.size * 2654435761LL) >> 9) & 31; }

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 g = group(object);
  if (g == 0) memory.a = min(memory.a + 1, 512);
  if (g == 1) memory.a = max(memory.a - 1, -512);
  const bool use_bip = g == 1 || (g != 0 && memory.a > 0);
  mark.tag = use_bip ? 1 : 0;
  return use_bip && queues.now % 32 != 0 ? 0 : 1;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return 1; }
i64 pick_queue(const Queues& queues, Memory& memory) { return queues.length[0] > 0 ? 0 : 1; }
i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return kForget; }
