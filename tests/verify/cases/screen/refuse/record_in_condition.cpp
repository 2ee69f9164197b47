i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return object;
}
// expect: 2: no viable conversion
