i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  __builtin_alloca(1LL << 40);
  return 1;
}
// expect: 2: reserved name
