i64 calls = 0;
const i64 kSeven = 7;
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  static i64 mine = 3;
  return mine;
}
// expect: 1: a global
// expect: 2: a global
// expect: 4: static
