// LFU: the object with the fewest hits leaves first; among equals, the one that was not requested for longest.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return min(object.hits, 1LL << 20) * (kMaxRequests * 2) + object.last_access;
}
