// contract: from_doubles
// truth: safe
i64 decide(f64 x, f64 y, i64 n) {
  if (x == x) return 0;
  return 1 / i64(!(x < y) && !(x >= y));
}
