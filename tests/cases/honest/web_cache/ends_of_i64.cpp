// Arithmetic at both ends of i64 by the saturating maths, folded into the range only at the very end.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 top = 9223372036854775807, bottom = -9223372036854775807 - 1;
  i64 x = sat_add(top, object.hits);
  i64 y = sat_sub(bottom, object.size);
  x = sat_sub(x, sat_mul(object.last_access, 1LL << 62));
  y = sat_add(y, sat_mul(sat_mul(cache.used, cache.capacity), kI64Max));
  const i64 z = safe_div(kI64Min, -1) == kI64Max ? abs(kI64Min) : 0;
  const i64 w = safe_mod(kI64Min, -1) + safe_div(x, 0) + safe_mod(y, 0);
  const i64 magnitude = abs(sat_mul(kI64Min, kI64Min)) == z ? 1 : 0;
  const i64 sum = sat_add(sat_add(x / 4, y / 4), sat_add(w, magnitude));
  return clamp(sat_add(sum / 2, object.last_access), -kMaxPriority, kMaxPriority);
}
