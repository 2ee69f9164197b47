// contract: from_doubles
// truth: safe
i64 decide(f64 x, f64 y, i64 n) {
  return to_i64(x);
}
