// S3-FIFO (Yang et al. 2023): newcomers live for a tenth of the cache, what was hit twice or comes back as a ghost for all of it.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 main_life = max(cache.objects, 10), small_life = main_life / 10;
  if (ghost.known == 1) return object.inserted + main_life;
  const i64 rounds = min(object.hits, 3);
  if (rounds < 2) return object.inserted + small_life;
  return object.last_access + main_life + (rounds - 2) * main_life;
}
