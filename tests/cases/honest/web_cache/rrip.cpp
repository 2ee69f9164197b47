// Re-reference interval prediction (Jaleel et al. 2010) with three bits: newcomers are predicted far, hits near, each a band of time.
#include "policy.h"

i64 predicted_interval(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (object.hits >= 2) return 0;
  if (object.hits == 1) return object.age <= cache.ages.p50 ? 1 : 2;
  if (ghost.known == 1) return ghost.age <= cache.ages.p50 ? 3 : 4;
  return cache.now % 32 == 0 ? 5 : 6;  // BRRIP: now and then a newcomer gets a chance
}

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return object.last_access - predicted_interval(object, cache, ghost) * cache.objects / 2;
}
