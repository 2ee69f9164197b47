i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 s = 0;
  for (i64 x : {1, 2, 3}) s += x;
  return s;
}
// expect: 3: cannot deduce
