// A finite automaton of 16 states on four inputs, its 64 transitions packed into constants of fifteen nibbles and looked up by shifts.
#include "policy.h"

i64 row(i64 input) {
  if (input == 0) return 0xdda149473cf256d;
  if (input == 1) return 0xdb5b5fa8f4d3e27;
  if (input == 2) return 0xc7fde80ec99108d;
  return 0x73ab4877734d7c1;
}

i64 next_state(i64 state, i64 input) { return row(input) >> 4 * clamp(state, 0, 14) & 15; }

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  mark.tag = next_state(ghost.tag & 15, ghost.known);
  return mark.tag & 1;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.tag = next_state(mark.tag & 15, object.idle < queues.objects ? 2 : 3);
  return mark.tag > 11 ? 2 : kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return queues.length[0] * 4 > queues.objects ? 0 : queues.length[1] > queues.length[2] ? 1 : 2; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 state = mark.tag & 15;
  mark.tag = next_state(state, 3) / 2;
  return mark.tag < state && state > 7 ? object.queue : kEvict;
}
