i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  Object copy = object;
  return copy.size;
}
// expect: 2: is a record
