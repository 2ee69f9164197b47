i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 items[object.hits];
  return 1;
}
// expect: 2: an array
