// contract: numbers
// truth: unsafe
// expect: refuted no_undefined_behaviour line 6
i64 decide(i64 x, i64 y) {
  const i64 a = clamp(x, -4294967296LL, 4294967295LL), b = clamp(y, -2147483648LL, 2147483647LL);
  return a * b;
}
