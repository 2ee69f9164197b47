i64 g(i64 x);
i64 f(i64 x) { return g(x); }
i64 g(i64 x) { return f(x); }
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return f(3);
}
// expect: 1: a declaration without a body
// expect: 2: cannot be called here
