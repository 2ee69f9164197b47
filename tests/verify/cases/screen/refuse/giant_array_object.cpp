i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 huge[1LL << 50];
  return huge[0];
}
// expect: 2: is an array
