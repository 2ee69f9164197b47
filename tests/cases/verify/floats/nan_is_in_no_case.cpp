// contract: from_doubles
// truth: unsafe
// expect: refuted no_undefined_behaviour line 8
i64 decide(f64 x, f64 y, i64 n) {
  i64 zero = n - n;
  if (x >= 0.0) return 1;
  if (x < 0.0) return 2;
  return 3 / zero;
}
