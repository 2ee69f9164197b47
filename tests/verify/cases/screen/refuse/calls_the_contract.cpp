i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return priority(object, cache, ghost);
}
// expect: 2: cannot be called here
