constexpr i64 slow(i64 n) { i64 s = 0; for (i64 i = 0; i < n; i += 1) s += i; return s; }
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  constexpr i64 x = slow(1000000000);
  return x;
}
// expect: 3: constexpr variable
