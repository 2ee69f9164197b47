i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 smallest = -9223372036854775808;
  return max(smallest, object.last_access);
}
// expect: 2: kI64Min
