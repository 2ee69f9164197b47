// CLOCK-Pro (Jiang et al. 2005) in outline: cold pages in test, resident cold pages and hot pages, with the cold share in the memory.
#include "policy.h"

i64 cold_share(const Memory& memory) { return clamp(memory.a, 1, 99); }

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  if (memory.a == 0) memory.a = 20;
  if (ghost.known == 1) {
    memory.a = min(cold_share(memory) + 1, 99);  // a test page came back: let more be cold
    return 1;
  }
  mark.tag = 1;  // in its test period
  return 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = 1;
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return queues.bytes[1] > queues.capacity * (100 - cold_share(memory)) / 100 ? 1 : 0; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  const bool referenced = mark.count == 1;
  mark.count = 0;
  if (object.queue == 1) return referenced ? 1 : 0;
  if (referenced && mark.tag == 1) return 1;
  if (referenced) {
    mark.tag = 1;
    return 0;
  }
  if (mark.tag == 1) memory.a = max(cold_share(memory) - (queues.now % 4 == 0), 1);
  return kEvict;
}
