// Hyperbolic caching (Blankstein et al. 2017): hits per request of lifetime and per byte, kept comparable over time by a logarithm.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 hits = object.hits + 1 + (ghost.known == 1 ? min(ghost.hits, 4) : 0);
  const i64 lifetime = object.lifetime + max(cache.objects, 1);
  const i64 rate = safe_div(sat_mul(hits, 1LL << 30), lifetime);
  const i64 per_byte = safe_div(sat_mul(rate, max(cache.sizes.p50, 1)), object.size);
  return object.last_access + 2 * cache.objects * (log2_floor(per_byte + 1) - 10);
}
