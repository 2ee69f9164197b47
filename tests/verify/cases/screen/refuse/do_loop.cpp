i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  do { } while (true);
  return 1;
}
// expect: 2: `do` is not
