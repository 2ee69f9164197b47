i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return 1; // ‮ } 2 nruter { ‬
}
// expect: 2: not ASCII
