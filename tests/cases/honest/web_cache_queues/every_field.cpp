// Every field of every record is read, and every field of the state is written, in each function that has it.
#include "policy.h"

i64 all_of(const Queues& q) {
  i64 sum = q.capacity / 64 + q.used / 64 + q.objects + q.ghosts + q.now;
  for (i64 i = 0; i < kQueues; ++i) sum += q.length[i] + q.bytes[i] / 64 + q.hits[i] + q.ghost_hits[i];
  return sum;
}

i64 all_of_object(const Object& o) { return o.size + o.queue + o.age + o.idle; }
i64 all_of_ghost(const Ghost& g) { return g.known + g.queue + g.count + g.tag + g.age + g.requests_ago; }

void stir(Mark& mark, Memory& memory, i64 x) {
  mark.count = (mark.count ^ x) & 3;
  mark.tag = (mark.tag + mark.count) & 255;
  memory.a = x & 0xffff;
  memory.b = clamp(memory.a - memory.b, 0, kMaxMemory);
  memory.c = clamp(memory.b ^ memory.c, 0, kMaxMemory);
  memory.d = clamp(memory.d + mark.tag, 0, kMaxMemory);
}

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 x = all_of(queues) + all_of_object(object) + all_of_ghost(ghost);
  stir(mark, memory, x);
  return x & 1;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  stir(mark, memory, all_of(queues) + all_of_object(object));
  return mark.count >= 2 ? 3 : kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  memory.d = clamp(memory.d + 1, 0, kMaxMemory);
  return all_of(queues) + memory.a + memory.b + memory.c + memory.d & 3;
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 before = mark.count;
  stir(mark, memory, all_of(queues) + all_of_object(object));
  return before == 3 ? 2 : before == 2 ? kForget : kEvict;
}
