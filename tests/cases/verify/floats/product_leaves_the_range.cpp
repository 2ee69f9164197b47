// contract: doubles
// truth: unsafe
// expect: refuted output_range
f64 decide(const Sample& sample, Average& average, f64 raw) {
  return sample.value * 1.0000000000000002;
}
