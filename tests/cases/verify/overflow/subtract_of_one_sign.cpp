// contract: numbers
// truth: safe
i64 decide(i64 x, i64 y) {
  if (x >= 0 && y >= 0) return x - y;
  if (x < 0 && y < 0) return x - y;
  return 0;
}
