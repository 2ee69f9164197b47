// Frequency enters by its square root and size by its cube root, both in integers by Newton's method and by bisection.
#include "policy.h"

i64 square_root(i64 n) {
  if (n < 2) return max(n, 0);
  i64 x = 1LL << (log2_floor(n) / 2 + 1);
  for (i64 i = 0; i < 8; ++i) {
    const i64 better = (x + n / max(x, 1)) / 2;
    if (better >= x) break;
    x = better;
  }
  return x;
}

i64 cube_root(i64 n) {
  i64 low = 0, high = 1 << 14;
  for (i64 i = 0; i < 15; ++i) {
    const i64 middle = (low + high) / 2;
    if (middle * middle * middle <= n) low = middle;
    else high = middle;
  }
  return low;
}

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 frequency = square_root(min(object.hits, 1LL << 24) << 10);
  const i64 bulk = cube_root(min(object.size, 1LL << 40));
  return object.last_access + 64 * frequency * max(cache.objects, 1) / max(bulk, 1);
}
