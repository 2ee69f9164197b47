// contract: from_doubles
// truth: safe
i64 decide(f64 x, f64 y, i64 n) {
  f64 zero = -0.0;
  if (x == zero && x != 0.0) return 1 / (n - n);
  return 0;
}
