// contract: numbers
// truth: unsafe
// expect: refuted no_undefined_behaviour line 6
i64 decide(i64 x, i64 y) {
  if (x < 0 || x > 3037000500LL) return 0;
  return x * x;
}
