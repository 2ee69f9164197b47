// contract: numbers
// truth: unsafe
// expect: refuted no_undefined_behaviour line 6
i64 decide(i64 x, i64 y) {
  if (y > 0 && x > kI64Max - y) return kI64Max;
  return x + y;
}
