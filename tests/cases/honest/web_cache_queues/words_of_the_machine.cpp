// Helpers and locals named as what drives and proves the policy: stays, any, prove, step, run, head, tail, arena, output, evict.
#include "policy.h"

bool stays(i64 answer) { return answer < kQueues; }
bool any(bool a, bool b) { return a || b; }
i64 prove(i64 x) { return x; }
void assume(bool) {}
i64 any_in(i64 low, i64) { return low; }
i64 run(i64 x) { return x; }
i64 head(const Queues& queues, i64 queue) { return queues.length[queue & 3]; }
i64 step(i64 tail) { return tail + 1 & 3; }
i64 remember(i64 arena) { return arena; }
i64 decide(i64 output) { return output; }
i64 evict(i64 victim) { return victim; }
i64 insert(i64 id) { return id; }
i64 State(i64 Ring) { return Ring; }

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  assume(true);
  const i64 entry = decide(remember(insert(ghost.known))), image = any_in(entry, 9);
  return image;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = min(prove(mark.count) + 1, 3);
  return any(false, false) ? 0 : kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  const i64 budget = head(queues, 0), moves = budget * 10;
  return moves > run(queues.objects) ? 0 : State(1);
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 answer = mark.count > 0 ? 1 : evict(kEvict);
  if (stays(answer)) mark.count -= 1;
  return stays(answer) ? step(answer - 1) : answer;
}
