// Records travel through helpers of helpers, read-only and writable, beside bools and numbers, some of them for their effects only.
#include "policy.h"

bool is_full(const Queues& queues) { return queues.used >= queues.capacity; }
bool is_hot(const Mark& mark, bool strict) { return strict ? mark.count > 2 : mark.count > 0; }
bool and_also(bool a, bool b) { return a && b; }
void bump(Mark& mark) { mark.count = min(mark.count + 1, 7); }
void drop(Mark& mark) { mark.count = max(mark.count - 1, 0); }
void bump_twice(Mark& m) { bump(m); bump(m); }
void note(Memory& memory, const Ghost& ghost, bool useful) {
  if (!useful) return;
  memory.a = clamp(memory.a + (ghost.queue == 0 ? 1 : -1), -50, 50);
}
i64 reset_and_count(Mark& mark, Memory& memory) {
  const i64 count = mark.count;
  mark.count = 0;
  memory.d = min(max(memory.d, 0) + 1, kMaxMemory);
  return count;
}
i64 home_of(const Ghost& ghost, const Queues& queues, const Memory& memory) {
  return and_also(ghost.known == 1, is_full(queues)) ? 1 : memory.a > 49 ? 1 : 0;
}

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  note(memory, ghost, ghost.known == 1);
  return home_of(ghost, queues, memory);
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (object.queue == 0) bump_twice(mark);
  else bump(mark);
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return queues.bytes[0] > queues.capacity * (60 + clamp(memory.a, -50, 50)) / 1000 ? 0 : 1; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (object.queue == 0) {
    const bool hot = is_hot(mark, true);
    reset_and_count(mark, memory);
    return hot ? 1 : kEvict;
  }
  if (!is_hot(mark, false)) return kEvict;
  drop(mark);
  return 1;
}
