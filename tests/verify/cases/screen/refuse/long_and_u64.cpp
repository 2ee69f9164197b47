i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  long a = 1;
  u64 b = 3;
  return a;
}
// expect: 2: is not an i64
// expect: 3: is not an i64
