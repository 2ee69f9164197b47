// Twenty small counters in four fields of 40 bits, eight bits each, addressed by a logarithm and halved together when one is full.
#include "policy.h"

i64 shift_of(i64 i) { return 8 * clamp(i, 0, 4); }
i64 byte_of(i64 word, i64 i) { return word >> shift_of(i) & 255; }
i64 with_byte(i64 word, i64 i, i64 value) {
  const i64 mask = 255LL << shift_of(i);
  return ((word & ~mask) | (clamp(value, 0, 255) << shift_of(i))) & ((1LL << 40) - 1);
}
i64 halved(i64 word) { return word >> 1 & 0x7f7f7f7f7f; }

i64 counter(const Memory& memory, i64 i) {
  if (i < 5) return byte_of(memory.a, i);
  if (i < 10) return byte_of(memory.b, i - 5);
  if (i < 15) return byte_of(memory.c, i - 10);
  return byte_of(memory.d, i - 15);
}

void count(Memory& memory, i64 i) {
  const i64 value = counter(memory, i) + 1;
  if (i < 5) memory.a = with_byte(memory.a, i, value);
  else if (i < 10) memory.b = with_byte(memory.b, i - 5, value);
  else if (i < 15) memory.c = with_byte(memory.c, i - 10, value);
  else memory.d = with_byte(memory.d, i - 15, value);
  if (value < 255) return;
  memory.a = halved(memory.a);
  memory.b = halved(memory.b);
  memory.c = halved(memory.c);
  memory.d = halved(memory.d);
}

i64 bucket(i64 idle) { return min(log2_floor(idle + 1), 19); }

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  if (ghost.known == 1) count(memory, bucket(ghost.requests_ago));
  return ghost.known == 1 ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  count(memory, bucket(object.idle));
  mark.count = min(mark.count + 1, 3);
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return queues.bytes[0] > queues.capacity / 10 ? 0 : 1; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  // Hits to come, as the histogram of reuse sees them from here on.
  i64 later = 0, sooner = 1;
  for (i64 i = 0; i < 20; ++i) {
    if (i > bucket(object.idle)) later += counter(memory, i);
    else sooner += counter(memory, i);
  }
  if (mark.count > 0 && 8 * later >= sooner) {
    mark.count -= 1;
    return 1;
  }
  return kEvict;
}
