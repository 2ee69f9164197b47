// Every object gets a lease, as long as eight mean gaps between its requests, and the one whose lease ends first leaves.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 lease = cache.ages.p75;
  if (object.hits > 0) lease = 8 * min(object.lifetime / object.hits, kMaxRequests / 16);
  else if (ghost.known == 1) lease = 2 * min(ghost.age, kMaxRequests / 4) + 1;
  const i64 longest = 16 * max(cache.objects, 1);
  return object.last_access + clamp(lease, 1, longest);
}
