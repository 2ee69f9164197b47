i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return (&object)->size;
}
// expect: 2: `->` is not
