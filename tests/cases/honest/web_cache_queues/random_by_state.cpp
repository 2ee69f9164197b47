// Random replacement by a xorshift generator in the memory, which rotates heads before it picks one to evict.
#include "policy.h"

i64 draw(Memory& memory) {
  i64 x = memory.a <= 0 ? 88172645 : memory.a & 0xffffffff;
  x ^= x << 13 & 0xffffffff;
  x ^= x >> 17;
  x ^= x << 5 & 0xffffffff;
  memory.a = x == 0 ? 1 : x;
  return x;
}

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { return draw(memory) & 3; }
i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return kStay; }
i64 pick_queue(const Queues& queues, Memory& memory) { return draw(memory) >> 7 & 3; }
i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  return draw(memory) % 4 == 0 ? kForget : draw(memory) & 3;
}
