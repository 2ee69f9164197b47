// Epsilon-greedy without a state: one request in 64, by a linear congruence of the clock, tries LFU where the rest is LRU.
#include "policy.h"

i64 congruence(i64 seed) { return (seed * 1103515245 + 12345) % 2147483648; }

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 r = congruence(cache.now % 2147483648);
  r = congruence(r);
  const bool explores = r >> 16 & 63 ? false : true;
  return explores ? object.inserted + min(object.hits, 100) * cache.objects : object.last_access;
}
