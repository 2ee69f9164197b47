// W-TinyLFU (Einziger et al. 2017) as a priority: a newcomer enters the main area only if its ghost was more popular than the median.
#include "policy.h"

i64 estimate(const Object& object, const Ghost& ghost) {
  const i64 past = ghost.known == 1 ? ghost.hits + 1 : 0;
  return min(object.hits + past, 15);  // four-bit counters, as in the sketch
}

bool is_admitted(i64 frequency, const Spread& hits) { return frequency > 0 && frequency >= min(hits.p50, 15); }

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 window = max(cache.objects / 100, 1);
  const i64 frequency = estimate(object, ghost);
  if (!is_admitted(frequency, cache.hits)) return object.last_access - 4 * cache.objects + window;
  return object.last_access + frequency * cache.objects / 4;
}
