// Recency, corrected by what the whole cache looks like: newcomers start as if they had been idle for a while and earn
// their place by a hit or by a ghost that was evicted not long ago; more hits than most are worth more time.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 horizon = max(cache.ages.p75, 16);
  i64 credit = min(object.hits, 4) * (horizon / 4);
  if (object.hits > cache.hits.p75) credit += horizon / 2;
  if (object.hits == 0 && ghost.known == 0) credit -= 2 * horizon;
  if (ghost.known == 1 && ghost.age < cache.ages.p90) credit += horizon / 2;
  if (object.size > cache.sizes.p90) credit -= horizon / 4;
  return object.last_access + credit;
}
