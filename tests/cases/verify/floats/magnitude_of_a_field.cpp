// contract: doubles
// truth: safe
f64 decide(const Sample& sample, Average& average, f64 raw) {
  return 1000.0 - fabs(sample.value);
}
