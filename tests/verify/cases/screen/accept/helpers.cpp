static i64 square(i64 x) { return sat_mul(x, x); }

inline bool is_small(const Object& thing, const Spread& sizes) { return thing.size < sizes.p25; }

long long twice(const long long x) {
  return square(x) + square(x);
}

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  (void)ghost;
  if (is_small(object, cache.sizes)) {
    return clamp(twice(object.hits), 0, kMaxPriority);
  }
  return min(max(object.last_access, 0), log2_floor(abs(safe_div(object.size, 3) + safe_mod(object.age, 5))));
}
