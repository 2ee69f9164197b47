// A heuristic as PolicySmith prints them: a sum of terms with hand-tuned factors, percentiles as thresholds and a ghost bonus.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  // Base: recency plus frequency minus age.
  i64 score = object.last_access + object.hits * 20 - object.age / 300 - object.size / 500;

  // Penalise large objects that nobody asks for.
  if (object.size > cache.sizes.p75 && object.hits < cache.hits.p50) score -= 150;
  // Young and hot: strong boost.
  if (object.age < cache.ages.p25 && object.hits > cache.hits.p75) score += 250;
  // Old and cold: strong penalty.
  if (object.age > cache.ages.p90 && object.hits <= cache.hits.p25) score -= 350;

  if (ghost.known == 1) {
    score += min(ghost.hits, 100) * 15;
    if (ghost.age < cache.ages.p50) score += 200;
    if (ghost.residency < cache.ages.p75) score += 100;
    else score -= 40;
  } else if (object.hits == 0) {
    score -= 80;
  }
  return clamp(score, -kMaxPriority, kMaxPriority);
}
