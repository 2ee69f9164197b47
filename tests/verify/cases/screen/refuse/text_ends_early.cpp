i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return object.size;
// expect: 3: the text ends here, but
