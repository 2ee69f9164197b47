// LIRS (Jiang and Zhang 2002): the distance between the last two requests counts, and what was requested once has an infinite one.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 reuse = kMaxRequests;
  if (object.hits > 0) reuse = object.age;
  else if (ghost.known == 1) reuse = min(ghost.age + ghost.residency, kMaxRequests);
  const bool is_low = reuse <= 2 * cache.objects;
  return is_low ? object.last_access + 2 * cache.objects - reuse : object.last_access - 2 * cache.objects;
}
