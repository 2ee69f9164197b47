// ARC (Megiddo and Modha 2003): T1 is queue 0, T2 is queue 1, their ghosts are told apart by where they left, `memory.a` is p.
#include "policy.h"

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 most = min(queues.capacity, kMaxMemory);
  memory.a = clamp(memory.a, 0, most);
  if (ghost.known == 0) return 0;
  const i64 b1 = max(queues.ghost_hits[0], 1), b2 = max(queues.ghost_hits[1], 1);
  const i64 size = min(object.size, 1LL << 35);
  if (ghost.queue == 0) memory.a = min(memory.a + size * clamp(b2 / b1, 1, 16), most);
  else memory.a = max(memory.a - size * clamp(b1 / b2, 1, 16), 0);
  return 1;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return 1; }

i64 pick_queue(const Queues& queues, Memory& memory) { return queues.length[0] > 0 && queues.bytes[0] > memory.a ? 0 : 1; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return kEvict; }
