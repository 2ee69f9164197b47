i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return 'a';
}
// expect: 2: text and characters
