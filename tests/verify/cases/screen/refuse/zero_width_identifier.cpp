i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 x​y = 1;
  return 1;
}
// expect: 2: not ASCII
