// ARC's balance (Megiddo and Modha 2003) without a state: the share of ghosts among recent misses is read off the percentiles of age.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 spread = max(cache.ages.p90 - cache.ages.p10, 0);
  const i64 target = clamp(safe_div(100 * cache.ages.p50, spread), 0, 100);  // 0: trust recency, 100: trust frequency
  const i64 recency = object.last_access;
  const i64 frequency = min(object.hits, 32) * cache.objects;
  i64 value = recency + frequency * target / 100;
  if (ghost.known == 1 && ghost.hits == 0) value += cache.objects * (100 - target) / 100;
  if (ghost.known == 1 && ghost.hits > 0) value += cache.objects * target / 50;
  return value;
}
