// The four numbers are driven to both ends of their range and stay there, by clamps in some places and by saturation in others.
#include "policy.h"

i64 bounded(i64 x) { return clamp(x, -kMaxMemory, kMaxMemory); }

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  memory.a = bounded(sat_add(sat_mul(memory.a, 3), 1LL << 30));
  memory.b = bounded(sat_sub(sat_mul(memory.b, 5), object.size));
  memory.c = -memory.a;
  memory.d = memory.b == -kMaxMemory ? kMaxMemory : bounded(memory.d - queues.now);
  return memory.a == kMaxMemory ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  memory.a = kMaxMemory;
  memory.b = -kMaxMemory;
  mark.count = kMaxMark;
  mark.tag = kMaxMark;
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return queues.length[0] > 0 ? 0 : 1; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  memory.c = memory.c > 0 ? kMaxMemory : -kMaxMemory;
  if (mark.count == 0) return kForget;
  mark.count = 0;
  mark.tag = 0;
  return object.queue;
}
