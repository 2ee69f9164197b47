// LRU-2 (O'Neil et al. 1993) by queues: what was requested once leaves from queue 0, what was requested twice keeps an LRU order in queue 1.
#include "policy.h"

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  return ghost.known == 1 && ghost.requests_ago < 4 * queues.capacity ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  // Correlated references within a moment of the first do not count.
  return object.age < queues.objects / 16 ? kStay : 1;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return queues.length[0] > queues.length[1] / 4 ? 0 : 1; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return object.queue == 0 ? kEvict : kForget; }
