// contract: from_doubles
// truth: safe
i64 decide(f64 x, f64 y, i64 n) {
  i64 zero = n - n;
  if (is_nan(x)) return 0;
  if (x >= 0.0) return 1;
  if (x < 0.0) return 2;
  return 3 / zero;
}
