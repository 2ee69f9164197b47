// Greedy-Dual-Size-Frequency (Cherkasova 1998): requests per byte on top of the priority of the last victim.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 value = (object.hits + 1) * 1000000 / object.size;
  return min(sat_add(cache.last_evicted_priority, value), kMaxPriority);
}
