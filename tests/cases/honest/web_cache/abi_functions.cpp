// Every function of the abi, nested in each other, none of them at a loss for any argument.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 rate = safe_div(sat_mul(object.hits, 1LL << 20), sat_add(object.lifetime, 1));
  const i64 rest = safe_mod(object.last_access, max(cache.objects, 1));
  const i64 gap = abs(sat_sub(object.age, cache.ages.p50));
  const i64 bonus = clamp(log2_floor(rate), 0, 20) * min(gap, max(rest, cache.objects));
  return clamp(sat_add(object.last_access, bonus), -kMaxPriority, kMaxPriority);
}
