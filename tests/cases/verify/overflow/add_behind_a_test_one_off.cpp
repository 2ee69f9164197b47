// contract: numbers
// truth: unsafe
// expect: refuted no_undefined_behaviour line 7
i64 decide(i64 x, i64 y) {
  if (y > 1 && x > kI64Max - y) return kI64Max;
  if (y < 0 && x < kI64Min - y) return kI64Min;
  return x + y;
}
