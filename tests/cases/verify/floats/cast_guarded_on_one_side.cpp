// contract: from_doubles
// truth: unsafe
// expect: refuted no_undefined_behaviour line 6
i64 decide(f64 x, f64 y, i64 n) {
  if (x > 1e18) return 0;
  return i64(x);
}
