// contract: from_doubles
// truth: unsafe
// expect: refuted no_undefined_behaviour line 5
i64 decide(f64 x, f64 y, i64 n) {
  return i64(x);
}
