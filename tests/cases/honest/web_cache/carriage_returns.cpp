// Carriage returns before each line's end, as an editor on Windows leaves them.
#include "policy.h"

/* A comment
   over lines. */
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  // GDSF without the size.
  const i64 value = (object.hits + 1) * 1000;

  return min(sat_add(cache.last_evicted_priority, value),
             kMaxPriority);
}
