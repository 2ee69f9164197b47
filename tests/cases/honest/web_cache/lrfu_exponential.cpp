// LRFU (Lee et al. 2001): combined recency and frequency, with 2^(-x/half-life) from a polynomial in fixed point.
#include "policy.h"

// 2^(-x / 65536) * 65536 for 0 <= x: the whole part by a shift, the fraction by a cubic (Horner).
i64 exp2_negative(i64 x) {
  const i64 whole = x >> 16, f = x & 65535;
  if (whole > 30) return 0;
  i64 p = -3638;                      // -0.0555
  p = ((p * f) >> 16) + 15743;        // +0.2402
  p = 65536 - ((((45426 - ((p * f) >> 16)) * f) >> 16));
  return clamp(p, 0, 65536) >> whole;
}

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 half_life = max(cache.objects, 1) * 4;
  const i64 gap = object.hits > 0 ? max(object.lifetime / object.hits, 1) : kMaxRequests;
  i64 crf = 65536;
  for (i64 k = 1; k <= 16; ++k) {
    if (k > object.hits) break;
    crf += exp2_negative(min(65536 * min(k * gap, kMaxRequests) / half_life, 40LL << 16));
  }
  return object.last_access + log2_floor(crf) * half_life / 4;
}
