// LRU-K with K above two (O'Neil et al. 1993): the time of the last request but two is taken from the mean gap since insertion.
#include "policy.h"

i64 mean_gap(const Object& object) { return safe_div(object.lifetime, object.hits); }

i64 k_distance(const Object& object, i64 k) {
  if (object.hits + 1 < k) return kMaxRequests;
  if (k == 2) return object.age;
  return min(object.age + (k - 2) * min(mean_gap(object), kMaxRequests / 8), kMaxRequests);
}

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 distance = k_distance(object, 3);
  if (object.hits == 0 && ghost.known == 1) distance = min(2 * ghost.age + ghost.residency, kMaxRequests);
  return object.last_access - distance;
}
