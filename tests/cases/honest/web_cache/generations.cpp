// Multi-generational LRU: the generation is the number of the current turnover, and hits within one do not move an object.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 turnover = max(cache.objects / 4, 1);
  const i64 birth = object.inserted / turnover, present = object.last_access / turnover;
  const i64 tier = min(log2_floor(object.hits + 1), 3);
  i64 generation = birth + (present - birth) * tier / 3;
  if (ghost.known == 1) generation += 2;
  return generation * 4 + tier;
}
