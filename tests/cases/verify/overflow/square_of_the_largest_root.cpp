// contract: numbers
// truth: safe
// 3037000499 squared is the largest square of i64.
i64 decide(i64 x, i64 y) {
  if (x < 0 || x > 3037000499LL) return 0;
  return x * x;
}
