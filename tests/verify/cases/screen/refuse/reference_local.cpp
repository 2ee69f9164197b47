i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const Spread& s = cache.hits;
  return s.p50;
}
// expect: 2: is a reference
