// Landlord (Young 1998): an object gets credit for its cost per size when it enters and anew at each hit, on top of the rent so far.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 rent = max(cache.last_evicted_priority, 0);
  const i64 cost = 1000000000LL;
  const i64 credit = cost / object.size + (object.hits > 0 ? 1 : 0);
  return min(rent, kMaxPriority - credit) + credit;
}
