// contract: doubles
// truth: safe
f64 decide(const Sample& sample, Average& average, f64 raw) {
  return sample.value * sample.share;
}
