// An adaptive S3-FIFO that says itself what holds of its memory and its marks, so that the proofs may lean on it.
#include "policy.h"

bool invariant(const Mark& mark, const Memory& memory) {
  return memory.a >= 0 && memory.a <= 300 && mark.count <= 3 && (mark.tag == 0 || mark.tag == 1);
}

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  mark.tag = ghost.known;
  if (ghost.known == 0) return 0;
  memory.a = ghost.queue == 0 ? min(memory.a + 3, 300) : max(memory.a - 3, 0);
  return 1;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = min(mark.count + 1, 3);
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return queues.bytes[0] > queues.capacity * (memory.a + 50) / 1000 ? 0 : 1; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (mark.count == 0) return kEvict;
  mark.count -= 1;
  return 1;
}
