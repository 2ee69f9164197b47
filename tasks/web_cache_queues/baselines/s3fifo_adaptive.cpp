// S3-FIFO with a target that learns, in the manner of ARC (Megiddo and Modha 2003): what either queue evicts is remembered,
// and a ghost that comes back moves space to the queue that it left. The small queue has 1 to 30 % of the cache; `memory.a`
// is its share less 10 %, in thousandths.
#include "policy.h"

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  if (ghost.known == 0) return 0;
  memory.a = clamp(ghost.queue == 0 ? memory.a + 4 : memory.a - 4, -90, 200);
  return 1;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = min(mark.count + 1, 3);
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  const i64 per_mille = clamp(100 + memory.a, 10, 300);
  return queues.bytes[0] > queues.capacity * per_mille / 1000 ? 0 : 1;
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (object.queue == 0) {
    if (mark.count < 2) return kEvict;
    mark.count = 0;
    return 1;
  }
  if (mark.count == 0) return kEvict;
  mark.count -= 1;
  return 1;
}
