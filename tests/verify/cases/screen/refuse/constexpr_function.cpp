constexpr i64 two() { return 2; }
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return two();
}
// expect: 1: a plain function is needed
