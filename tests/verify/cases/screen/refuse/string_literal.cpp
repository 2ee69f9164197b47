i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const char* s = "hello";
  return 1;
}
// expect: 2: text and characters
