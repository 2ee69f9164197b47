// Segmented LRU (Karedla et al. 1994) as bands of priority: a hit lifts the object by one segment, at most to the third.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 segment = min(object.hits, 3);
  // A segment lasts for one turnover per level; then its objects are worth no more than those below.
  const i64 band = max(cache.objects, 1);
  if (segment > 0 && object.age > 4 * band) segment -= 1;
  return object.last_access + segment * band;
}
