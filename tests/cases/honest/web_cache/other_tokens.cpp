// Alternative spellings that mean the same: and, or, not, bitand, compl, long long, casts in every style, double parentheses.
#include "policy.h"

long long twice(long long x) { return x * 2; }

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const bool is_hot = object.hits > cache.hits.p75 and not(ghost.known == 1) or object.hits >= 8;
  i64 flags = (object.hits bitand 7) bitor (cache.now bitand 8) xor 5;
  flags and_eq compl 1;
  flags or_eq 2;
  flags xor_eq 4;
  long long bonus = (i64)is_hot * 2 + static_cast<i64>(is_hot) + i64(is_hot) + i64{is_hot};
  bonus = ((((bonus)))) + (flags not_eq 0);
  return ((object.last_access)) + twice(bonus) * (cache.objects);
}
