i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  goto out;
out:
  return 1;
}
// expect: 2: `goto`
