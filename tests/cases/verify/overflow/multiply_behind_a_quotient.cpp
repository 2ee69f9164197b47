// contract: numbers
// truth: safe
i64 decide(i64 x, i64 y) {
  if (x <= 0 || y <= 0) return 0;
  if (x > kI64Max / y) return kI64Max;
  return x * y;
}
