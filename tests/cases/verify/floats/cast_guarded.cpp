// contract: from_doubles
// truth: safe
i64 decide(f64 x, f64 y, i64 n) {
  if (x > -1e18 && x < 1e18) return i64(x);
  return 0;
}
