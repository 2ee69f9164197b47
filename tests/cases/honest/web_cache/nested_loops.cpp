// Three loops in each other, with inner bounds that depend on the outer ones and exits from the middle.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 found = 0;
  for (i64 i = 1; i <= 6; ++i) {
    for (i64 j = i; j <= 6; j += i) {
      if ((i * j) % 5 == 0) continue;
      for (i64 k = j; k > 0; k >>= 1) {
        if (object.hits == i * j + k) {
          found += k;
          break;
        }
        found ^= k & 1;
      }
    }
  }
  return object.last_access + clamp(found, 0, 64) * cache.objects / 64;
}
