// LFU with ageing: a global epoch in the memory, and a count that is halved for each epoch that the object has not seen.
#include "policy.h"

i64 epoch_of(const Memory& memory) { return memory.a & 255; }

void age(Mark& mark, const Memory& memory) {
  const i64 missed = (epoch_of(memory) - mark.tag) & 255;
  mark.count = mark.count >> min(missed, 8);
  mark.tag = epoch_of(memory);
}

void tick(const Queues& queues, Memory& memory) {
  memory.b = memory.b < 0 ? 0 : min(memory.b + 1, kMaxMemory);
  if (memory.b <= 2 * max(queues.objects, 1)) return;
  memory.b = 0;
  memory.a = (memory.a + 1) & 255;
}

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  tick(queues, memory);
  mark.tag = epoch_of(memory);
  mark.count = ghost.known == 1 ? min(ghost.count, 4) : 0;
  return 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  tick(queues, memory);
  age(mark, memory);
  mark.count = min(mark.count + 1, kMaxMark);
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return 0; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  age(mark, memory);
  if (mark.count == 0) return kEvict;
  mark.count -= 1;
  return 0;
}
