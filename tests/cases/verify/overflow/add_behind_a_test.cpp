// contract: numbers
// truth: safe
// The test says what the sum would be, without making it.
i64 decide(i64 x, i64 y) {
  if (y > 0 && x > kI64Max - y) return kI64Max;
  if (y < 0 && x < kI64Min - y) return kI64Min;
  return x + y;
}
