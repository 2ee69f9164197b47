i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  int a = 1;
  auto b = 2;
  unsigned c = 3;
  return a + b + c;
}
// expect: 2: `int` is not in the policy language; values are i64 or bool
// expect: 3: `auto`
// expect: 4: `unsigned`
