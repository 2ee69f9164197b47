// Population counts, Gray codes, bit reversal and interleaving, for an order that looks random and is not.
#include "policy.h"

i64 population(i64 x) {
  x = x - ((x >> 1) & 0x5555555555555555);
  x = (x & 0x3333333333333333) + ((x >> 2) & 0x3333333333333333);
  x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f;
  x = x + (x >> 8);
  x = x + (x >> 16);
  x = x + (x >> 32);
  return x & 0x7f;
}

i64 reversed_byte(i64 x) {
  x = ((x & 0xf0) >> 4) | ((x & 0x0f) << 4);
  x = ((x & 0xcc) >> 2) | ((x & 0x33) << 2);
  return ((x & 0xaa) >> 1) | ((x & 0x55) << 1);
}

i64 gray(i64 x) { return x ^ (x >> 1); }

i64 spread_bits(i64 x) {
  x &= 0xffff;
  x = (x | (x << 8)) & 0x00ff00ff;
  x = (x | (x << 4)) & 0x0f0f0f0f;
  x = (x | (x << 2)) & 0x33333333;
  return (x | (x << 1)) & 0x55555555;
}

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 morton = spread_bits(object.hits) | (spread_bits(object.size >> 9) << 1);
  const i64 jitter = reversed_byte(gray(cache.now) & 0xff) + population(morton);
  const i64 lowest = object.lifetime & -object.lifetime;
  return object.last_access + jitter + min(lowest, 64) + log2_floor(morton + 1) * cache.objects / 8;
}
