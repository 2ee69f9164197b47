// GCLOCK with a decrement that follows how long the hand had to turn for its last victims.
#include "policy.h"

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = 1 + ghost.known * min(ghost.count, 6);
  return 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = min(mark.count + 2, 62);
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return 0; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 fall = clamp(1 + memory.a / 64, 1, 8);
  if (mark.count >= fall) {
    memory.a = min(memory.a + 1, 1024);
    mark.count -= fall;
    return 0;
  }
  memory.a = max(memory.a - 32, 0);
  return kEvict;
}
