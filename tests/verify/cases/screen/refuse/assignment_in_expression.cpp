i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 x = 0, y = 0;
  x = y = 3;
  if (x = 4) return 1;
  return x++ + y;
}
// expect: 3: an assignment inside an expression
// expect: 4: an assignment inside
// expect: 5: inside an expression
