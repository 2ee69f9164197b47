i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 a = 5u - 6u;
  i64 b = 0xFFFFFFFFFFFFFFFF;
  return a + b;
}
// expect: 2: an unsigned number
// expect: 3: does not fit an i64
