// contract: numbers
// truth: unsafe
// expect: refuted no_undefined_behaviour line 6
i64 decide(i64 x, i64 y) {
  if (x >= 0 && y >= 0) return x - y;
  if (x <= 0 && y <= 0) return x - y;
  return 0;
}
