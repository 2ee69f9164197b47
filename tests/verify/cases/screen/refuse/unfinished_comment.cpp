
/* i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return 1;
}
// expect: 2: a comment that does not end
