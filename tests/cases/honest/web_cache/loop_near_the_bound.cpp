// A decaying sum over 250 steps: most of the bound on instructions goes into one loop.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 weight = min(object.hits, 1000) << 10, sum = 0;
  for (i64 step = 0; step < 250; step += 1) {
    sum += weight;
    weight -= weight >> 5;
  }
  return object.last_access + sum / 4096 * max(cache.objects, 1) / 1024;
}
