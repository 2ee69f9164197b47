i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  object.hits = 3;
  return 1;
}
// expect: 2: 
