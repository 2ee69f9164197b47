i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 x = 0;
  x = (1, 2);
  return x;
}
// expect: 3: the comma operator
