// contract: from_doubles
// truth: safe
i64 decide(f64 x, f64 y, i64 n) {
  if (x <= 5.0) return 1;
  if (x > 5.0) return 2;
  return 3 / i64(is_nan(x));
}
