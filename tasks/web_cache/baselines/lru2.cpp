// LRU-2 (O'Neil et al. 1993): the object whose last request but one is longest ago leaves first. An object that is not
// known to have been requested twice goes before all others. The ghost tells of requests before the present stay.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (object.age > 0) return object.last_access - object.age;
  if (ghost.known == 1) return object.last_access - ghost.age;
  return object.last_access - 2 * kMaxRequests;
}
