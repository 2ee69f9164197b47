i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  object.hits + 1;
  return 1;
}
// expect: 2: this statement does nothing
