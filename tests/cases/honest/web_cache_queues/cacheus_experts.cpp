// CACHEUS (Rodriguez et al. 2021): SR-LRU and CR-LFU vote, and the learning rate itself climbs with the hit ratio.
#include "policy.h"

bool is_demoted(const Mark& mark) { return (mark.tag & 1) == 1; }
bool is_fresh(const Mark& mark) { return (mark.tag & 2) == 0; }

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  mark.tag = ghost.known == 1 ? 2 : 0;
  if (ghost.known == 1 && (ghost.tag & 1) == 1) memory.a = clamp(memory.a + max(memory.b, 1), -4096, 4096);
  else if (ghost.known == 1) memory.a = clamp(memory.a - max(memory.b, 1), -4096, 4096);
  memory.b = clamp(memory.b + (queues.hits[0] > queues.hits[1] ? 1 : -1), 0, 64);
  return ghost.known == 1 ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = min(mark.count + 1, 31);
  mark.tag |= 2;
  return 1;
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  const i64 bias = queues.capacity / 2 + memory.a * (queues.capacity / 8192);
  return queues.bytes[0] > max(bias, 1) ? 0 : 1;
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (object.queue == 1 && mark.count > 3 && is_fresh(mark) == false) {
    mark.count = mark.count / 2;
    mark.tag |= 1;
    return 1;
  }
  mark.tag = is_demoted(mark) ? 3 : mark.tag & 2;
  return kEvict;
}
