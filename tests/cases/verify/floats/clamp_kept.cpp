// contract: doubles
// truth: safe
f64 decide(const Sample& sample, Average& average, f64 raw) {
  return fclamp(raw, -1000.0, 1000.0);
}
