// Every field of the contract is read, some of them for no good reason.
#include "policy.h"

i64 total(const Spread& s) { return s.p10 + s.p25 + s.p50 + s.p75 + s.p90; }

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 about_object = object.size / 8 + object.hits + object.age + object.lifetime + object.last_access + object.inserted;
  const i64 about_cache = cache.now + cache.capacity / 1024 + cache.used / 1024 + cache.objects + cache.evictions;
  const i64 about_spreads = total(cache.hits) + total(cache.ages) + total(cache.sizes) / 5;
  const i64 about_ghost = ghost.known * (1 + ghost.hits + ghost.age + ghost.residency);
  const i64 base = cache.last_evicted_priority / 2;
  return clamp(base + about_object + about_cache / 64 - about_spreads / 64 + about_ghost / 16, -kMaxPriority, kMaxPriority);
}
