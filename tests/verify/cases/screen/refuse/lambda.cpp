i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 x = [](i64 y) { return y; }(3);
  return x;
}
// expect: 2: records have no operators
