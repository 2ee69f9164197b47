// contract: numbers
// truth: safe
i64 decide(i64 x, i64 y) {
  if (x == kI64Min) return kI64Max;
  return -x;
}
