i64 f(i64 x) {
  if (x < 1) return 0;
  return f(x - 1);
}
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return f(3);
}
// expect: 3: cannot be called here
