// AdaptSize (Berger et al. 2017) in integers: the larger an object against a threshold that learns, the less it is admitted.
#include "policy.h"

i64 chance(i64 size, i64 threshold) {
  // exp(-size / threshold) by halves: 1024 >> (size / threshold).
  return 1024 >> min(size / max(threshold, 1), 40);
}

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  if (memory.a <= 0) memory.a = min(max(queues.capacity / 64, 1), kMaxMemory);
  if (queues.used + object.size <= queues.capacity) return 0;
  memory.b = (clamp(memory.b, 0, 2147483646) * 48271 + 11) % 2147483647;
  const bool is_welcome = memory.b % 1024 < chance(object.size, memory.a);
  if (ghost.known == 1) memory.a = min(memory.a + memory.a / 16 + 1, kMaxMemory);
  else memory.a = max(memory.a - memory.a / 256, 1);
  return is_welcome ? 0 : kReject;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return 0; }
i64 pick_queue(const Queues& queues, Memory& memory) { return 0; }
i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return kEvict; }
