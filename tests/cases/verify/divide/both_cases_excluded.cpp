// contract: numbers
// truth: safe
i64 decide(i64 x, i64 y) {
  if (y == 0 || (x == kI64Min && y == -1)) return 0;
  return x / y + x % y;
}
