// 2Q, full version (Johnson and Shasha 1994): newcomers pass through a FIFO of a quarter of the cache (queue 0) and are
// remembered for a while; one that comes back within half a cache of evictions joins an LRU list (queue 1).
#include "policy.h"

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  return ghost.known == 1 && ghost.age < queues.objects / 2 ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  return object.queue == 1 ? 1 : kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return queues.bytes[0] > queues.capacity / 4 ? 0 : 1; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  return object.queue == 0 ? kEvict : kForget;
}
