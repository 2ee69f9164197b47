// LFU with dynamic ageing, corrected twice: hits beyond eight count no more, and a newcomer starts with nothing unless its
// ghost left no longer ago than most cached objects have been idle. Frequency in the high bits, recency breaks ties.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 scale = 1LL << 32;
  i64 worth = 2 * min(object.hits, 8);
  if (ghost.known == 1 && ghost.age < cache.ages.p90) worth += 2;
  const i64 aged = max(cache.last_evicted_priority, 0) / scale + worth;
  return min(aged, (1LL << 30) - 1) * scale + min(object.last_access, scale - 1);
}
