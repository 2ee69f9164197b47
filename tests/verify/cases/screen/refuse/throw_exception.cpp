i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  throw 1;
}
// expect: 2: `throw` is not
