i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return nullptr == 0;
}
// expect: 2: `nullptr`
