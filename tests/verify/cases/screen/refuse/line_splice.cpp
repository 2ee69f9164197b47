// a comment \
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return 1;
}
// expect: 1: a backslash
