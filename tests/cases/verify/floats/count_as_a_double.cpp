// contract: doubles
// truth: safe
f64 decide(const Sample& sample, Average& average, f64 raw) {
  return 1000 / (1 + f64(sample.count));
}
