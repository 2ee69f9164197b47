i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 x = 0;
  while (x < 3) x += 1;
  return x;
}
// expect: 3: `while` is not in the policy language
