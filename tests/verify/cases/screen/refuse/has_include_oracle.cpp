#if __has_include("/etc/shadow")
i64 yes();
#endif
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return 1;
}
// expect: 1: a preprocessor directive
// expect: 3: a preprocessor directive
