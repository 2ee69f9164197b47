// contract: doubles
// truth: safe
f64 decide(const Sample& sample, Average& average, f64 raw) {
  return sample.share / (-1.0 - sample.weight);
}
