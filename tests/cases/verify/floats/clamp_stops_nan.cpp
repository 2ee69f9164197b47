// contract: doubles
// truth: safe
f64 decide(const Sample& sample, Average& average, f64 raw) {
  if (!(raw >= -1000.0)) return -1000.0;
  if (raw > 1000.0) return 1000.0;
  return raw;
}
