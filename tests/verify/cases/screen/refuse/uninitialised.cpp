i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 x;
  return x;
}
// expect: 2: has no value; write `i64 x = 0;`
