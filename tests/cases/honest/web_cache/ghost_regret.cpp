// The sooner a victim comes back after its eviction, the more it is believed; one that outstayed its welcome before is believed less.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 turnover = max(cache.objects, 1);
  i64 belief = 0;
  if (ghost.known != 0) {
    belief = 1000 - min(1000 * ghost.age / turnover, 1000);
    if (ghost.hits == 0 && ghost.residency > turnover) belief = belief / 2 - 100;
  }
  const i64 earned = 300 * min(object.hits, 10);
  return object.last_access + (belief + earned) * turnover / 1000;
}
