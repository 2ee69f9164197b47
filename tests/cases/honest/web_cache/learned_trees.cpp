// Boosted decision trees in the manner of LRB (Song et al. 2020), trained elsewhere and written out as nested choices.
#include "policy.h"

i64 tree_1(i64 gap, i64 hits, i64 lifetime) {
  if (gap < 512) return hits < 2 ? (lifetime < 64 ? -120 : -310) : (gap < 64 ? -905 : -640);
  if (gap < 8192) return hits < 4 ? (lifetime < 4096 ? 95 : 210) : -75;
  return hits < 1 ? 770 : (lifetime < 65536 ? 420 : 515);
}

i64 tree_2(i64 gap, i64 hits, i64 size) {
  return hits < 1 ? (size < 4096 ? 130 : size < 65536 ? 180 : 260)
                  : gap < 1024 ? (hits < 8 ? -140 : -290)
                               : gap < 16384 ? (hits < 8 ? 15 : -60) : 85;
}

i64 tree_3(i64 ghost_age, i64 ghost_hits) {
  return ghost_age == 0 ? 0 : ghost_age < 256 ? -220 : ghost_age < 4096 ? (ghost_hits > 0 ? -160 : -45) : 30;
}

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 score = tree_1(object.age, object.hits, object.lifetime) + tree_2(object.age, object.hits, object.size) +
                    tree_3(ghost.age, ghost.hits);
  // The score predicts the logarithm of the next gap, in 1/128.
  const i64 next_gap = 1LL << clamp(10 + score / 128, 0, 30);
  return object.last_access - next_gap;
}
