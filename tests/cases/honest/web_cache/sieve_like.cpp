// SIEVE (Zhang et al. 2024) as far as a priority can say it: the order of insertion, and one visited bit worth one sweep.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const bool visited = object.hits > 0;
  const i64 sweep = max(cache.objects * 3, 1);
  const i64 passed = safe_div(object.lifetime, sweep);
  return object.inserted + (passed + i64(visited)) * sweep;
}
