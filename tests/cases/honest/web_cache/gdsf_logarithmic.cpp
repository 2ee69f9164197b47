// Greedy-Dual-Size-Frequency with both frequency and size on a logarithmic fixed-point scale, so that neither runs away.
#include "policy.h"

// 16 fractional bits, linear between powers of two.
i64 log2_fixed(i64 value) {
  const i64 whole = log2_floor(value);
  if (whole == 0) return 0;
  const i64 mantissa = whole >= 16 ? value >> (whole - 16) : value << (16 - whole);
  return (whole << 16) + (mantissa - 65536);
}

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 frequency = log2_fixed(min(object.hits + ghost.hits, kMaxRequests) + 1);
  const i64 size = log2_fixed(object.size);
  const i64 value = 4 * frequency + (40LL << 16) - size;
  return clamp(sat_add(cache.last_evicted_priority, value), -kMaxPriority, kMaxPriority);
}
