// Recency in steps: each doubling of an object's hits is worth the time of two turnovers of the cache; a newcomer that no
// ghost vouches for starts as if it had been idle for two, so that it leaves soon unless it is hit.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 turnover = max(cache.objects, 16);
  i64 credit = log2_floor(object.hits + 1) * 2 * turnover;
  if (object.hits > cache.hits.p75) credit += turnover;
  if (object.hits == 0 && ghost.known == 0) credit -= 2 * turnover;
  return object.last_access + credit;
}
