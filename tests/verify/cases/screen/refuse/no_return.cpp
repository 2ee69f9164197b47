i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (object.hits > 3) return 1;
}
// expect: 1: not every path through `priority` returns
