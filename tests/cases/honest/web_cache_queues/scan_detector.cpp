// Detects a scan by a run of misses without a ghost, and sends newcomers to a queue of their own while it lasts.
#include "policy.h"

bool in_scan(const Memory& memory) { return memory.a > 64; }

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  memory.a = ghost.known == 1 ? max(memory.a / 2, 0) : clamp(memory.a + 1, 0, 4096);
  if (in_scan(memory)) return 3;
  return ghost.known == 1 ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  memory.a = max(memory.a - 2, 0);
  mark.count = min(mark.count + 1, 3);
  return object.queue == 3 ? 1 : kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  if (queues.length[3] > 0 && queues.bytes[3] > queues.capacity / 50) return 3;
  return queues.bytes[0] > queues.capacity / 5 ? 0 : 1;
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (object.queue == 3) return kForget;
  if (mark.count > 0) {
    mark.count -= 1;
    return 1;
  }
  return kEvict;
}
