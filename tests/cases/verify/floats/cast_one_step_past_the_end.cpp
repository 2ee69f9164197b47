// contract: from_doubles
// truth: unsafe
// expect: refuted no_undefined_behaviour line 5
i64 decide(f64 x, f64 y, i64 n) {
  if (x >= -9223372036854775808.0 && x <= 9223372036854775808.0) return i64(x);
  return 0;
}
