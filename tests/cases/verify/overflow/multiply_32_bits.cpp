// contract: numbers
// truth: safe
i64 decide(i64 x, i64 y) {
  const i64 a = clamp(x, -2147483648LL, 2147483647LL), b = clamp(y, -2147483648LL, 2147483647LL);
  return a * b;
}
