i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return object.sizes;
}
// expect: 2: no member named
