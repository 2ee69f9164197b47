// Bimodal insertion (Qureshi et al. 2007): of 32 newcomers 31 start at the bottom, chosen by bits of the request's number.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (object.hits > 0) return object.last_access;
  const i64 dice = ((cache.now * 25214903917LL) >> 7) & 31;
  return dice == 0 ? object.last_access : object.last_access - 8 * cache.objects;
}
