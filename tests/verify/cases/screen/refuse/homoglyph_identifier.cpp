i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 а = 1;
  return а;
}
// expect: 2: not ASCII
// expect: 3: not ASCII
