i64 f(i64& x) { x = 1; return x; }
i64 g(Object o) { return o.size; }
i64 h(i64 x = 3) { return x; }
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return 1;
}
// expect: 1: take i64 and bool by value
// expect: 2: take i64 and bool by value
// expect: 3: parameter
