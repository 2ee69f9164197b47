// Two nibbles in the count and eight flags in the tag: hits, visits of the hand, where the object has been and how it came.
#include "policy.h"

i64 low(i64 x) { return x & 15; }
i64 high(i64 x) { return x >> 4 & 15; }
i64 packed(i64 l, i64 h) { return clamp(l, 0, 15) | (clamp(h, 0, 15) << 4); }
bool has(const Mark& mark, i64 flag) { return (mark.tag >> flag & 1) == 1; }
void set(Mark& mark, i64 flag) { mark.tag = (mark.tag | (1LL << clamp(flag, 0, 7))) & 255; }
void clear(Mark& mark, i64 flag) { mark.tag &= ~(1LL << clamp(flag, 0, 7)) & 255; }

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = packed(ghost.known * low(ghost.count) / 2, 0);
  mark.tag = 0;
  if (ghost.known == 1) set(mark, 7);
  return has(mark, 7) ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = packed(low(mark.count) + 1, high(mark.count));
  set(mark, object.queue);
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return queues.bytes[0] > queues.capacity / 8 ? 0 : 1; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 hits = low(mark.count), visits = high(mark.count);
  if (hits > visits / 2 && visits < 15) {
    mark.count = packed(hits - 1, visits + 1);
    clear(mark, object.queue);
    return 1;
  }
  return kEvict;
}
