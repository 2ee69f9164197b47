// contract: numbers
// truth: unsafe
// expect: refuted no_undefined_behaviour line 7
i64 decide(i64 x, i64 y) {
  if (x <= 0 || y <= 0) return 0;
  if (x - 1 > kI64Max / y) return kI64Max;
  return x * y;
}
