// LeCaR (Vietri et al. 2018) with fixed weights: each request flips a deterministic coin between an LRU expert and an LFU expert.
#include "policy.h"

i64 mix(i64 x) {
  x = (x ^ (x >> 15)) & 0x7fffffff;
  x = (x * 0x2c1b3c6d) & 0x7fffffff;
  x = (x ^ (x >> 12)) & 0x7fffffff;
  x = (x * 0x297a2d39) & 0x7fffffff;
  return x ^ (x >> 15);
}

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 regret = ghost.known == 1 ? min(ghost.age, 1000) : 0;
  const i64 weight_of_lru = 600 - regret / 10;
  const i64 coin = mix(cache.now & 0x7fffffff) % 1000;
  if (coin < weight_of_lru) return object.last_access;
  return object.last_access + log2_floor(object.hits + 1) * cache.objects;
}
