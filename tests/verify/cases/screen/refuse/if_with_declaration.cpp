i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (i64 x = object.hits; x > 3) return x;
  return 1;
}
// expect: 2: a plain `if (condition)`
