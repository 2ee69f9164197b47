// Mean and variance of reuse distances by Welford's method on logarithms, in fixed point, and a threshold two deviations above.
#include "policy.h"

i64 log2_fixed(i64 x) {
  const i64 whole = log2_floor(x);
  const i64 fraction = whole >= 8 ? x >> (whole - 8) & 255 : x << (8 - whole) & 255;
  return whole << 8 | fraction;
}

i64 root(i64 n) {
  i64 r = 0;
  for (i64 bit = 1 << 12; bit > 0; bit >>= 1)
    if ((r + bit) * (r + bit) <= n) r += bit;
  return r;
}

void learn(Memory& memory, i64 requests) {
  const i64 x = log2_fixed(requests + 1), mean = clamp(memory.a, 0, 12000), variance = clamp(memory.b, 0, 1 << 24);
  const i64 delta = x - mean;
  memory.a = clamp(mean + delta / 32, 0, 12000);
  memory.b = clamp(variance + (delta * delta - variance) / 32, 0, 1 << 24);
}

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  if (ghost.known == 1) learn(memory, ghost.requests_ago);
  return ghost.known == 1 ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  learn(memory, object.idle);
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return queues.bytes[0] > queues.capacity / 10 ? 0 : 1; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 threshold = clamp(memory.a, 0, 12000) + 2 * root(clamp(memory.b, 0, 1 << 24));
  if (mark.tag < 2 && object.idle > 0 && log2_fixed(object.idle) + 256 * (1 - object.queue) < threshold - 1024) {
    mark.tag += 1;
    return 1;
  }
  return kEvict;
}
