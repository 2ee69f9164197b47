// LFU whose counts are halved for every turnover that the object has lived without a hit, as if a sweep had aged all counters.
#include "policy.h"

i64 aged_count(i64 hits, i64 idle, i64 period) {
  const i64 halvings = min(idle / max(period, 1), 40);
  return min(hits, 1LL << 20) >> halvings;
}

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 period = 8 * max(cache.objects, 64);
  i64 count = aged_count(object.hits, object.age, period) + 1;
  if (ghost.known == 1) count += aged_count(ghost.hits, ghost.age, period);
  return log2_floor(count * count) * period + object.last_access;
}
