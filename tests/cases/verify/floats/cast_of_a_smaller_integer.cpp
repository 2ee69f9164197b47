// contract: from_doubles
// truth: safe
i64 decide(f64 x, f64 y, i64 n) {
  if (n > 4611686018427387904LL || n < -4611686018427387904LL) return 0;
  return i64(f64(n));
}
