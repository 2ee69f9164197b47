// Loops that use most of the bound on instructions in each of the four functions, some of them over the queues again and again.
#include "policy.h"

i64 smoothed(const Queues& queues, i64 rounds) {
  i64 level = 0;
  for (i64 round = 0; round < rounds; ++round)
    for (i64 q = 0; q < kQueues; ++q) level += (min(queues.hits[q], 1LL << 30) - level) / 8;
  return level;
}

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  i64 x = ghost.requests_ago & 0xffff, steps = 0;
  for (i64 i = 0; i < 120; i += 1) {
    if (x <= 1) break;
    x = x % 2 == 0 ? x / 2 : min(3 * x + 1, 1LL << 40);
    steps += 1;
  }
  return ghost.known == 1 && steps < 100 ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  for (i64 i = 0; i < 60; ++i) {
    mark.count = (mark.count * 5 + 1) & 127;
  }
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  return smoothed(queues, 20) * 2 > min(queues.hits[1], 1LL << 30) && queues.length[0] > 0 ? 0 : 1;
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  i64 bits = 0;
  for (i64 x = mark.count; x > 0; x >>= 1) bits += x & 1;
  if (bits <= 3) return kEvict;
  mark.count = 0;
  return 1;
}
