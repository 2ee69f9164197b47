// LFU with dynamic ageing (Arlitt et al. 2000): a hit count on top of the count of the last victim, so that objects that
// were popular long ago leave. The count stands in the high bits, the time of access breaks ties.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 scale = 1LL << 32;
  const i64 aged = max(cache.last_evicted_priority, 0) / scale + object.hits + 1;
  return min(aged, (1LL << 30) - 1) * scale + min(object.last_access, scale - 1);
}
