// No branch at all: signs, masks and comparisons as numbers do the choosing.
#include "policy.h"

i64 sign_mask(i64 x) { return x >> 63; }
i64 pick(i64 mask, i64 a, i64 b) { return (a & mask) | (b & ~mask); }
i64 smaller(i64 a, i64 b) { return b + ((a - b) & ((a - b) >> 63)); }

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 is_new = -(object.hits == 0);
  const i64 is_known = -ghost.known;
  const i64 is_hot = sign_mask(cache.hits.p75 - object.hits);
  const i64 bonus = pick(is_hot, 2 * cache.objects, pick(is_known, cache.objects, 0));
  const i64 malus = is_new & ~is_known & cache.objects;
  return object.last_access + bonus - smaller(malus, object.last_access);
}
