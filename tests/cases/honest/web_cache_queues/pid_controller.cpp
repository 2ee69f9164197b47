// A PID controller holds the share of ghost hits of the small queue at a set point by moving its size.
#include "policy.h"

i64 error_of(const Queues& queues) {
  const i64 ghosts = queues.ghost_hits[0] + queues.ghost_hits[1] + 1;
  return clamp(1000 * min(queues.ghost_hits[0], 1LL << 30) / ghosts - 500, -500, 500);
}

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 error = error_of(queues);
  const i64 integral = clamp(memory.b + error, -1000000, 1000000);
  const i64 derivative = error - clamp(memory.c, -500, 500);
  const i64 output = 40 * error / 100 + integral / 5000 + 5 * derivative / 100;
  memory.a = clamp(100 + output, 10, 600);
  memory.b = integral;
  memory.c = error;
  return ghost.known == 1 ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = min(mark.count + 1, 2);
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return queues.bytes[0] > queues.capacity * clamp(memory.a, 10, 600) / 1000 ? 0 : 1; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (mark.count == 0) return kEvict;
  mark.count -= 1;
  return 1;
}
