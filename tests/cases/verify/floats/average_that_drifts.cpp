// contract: doubles
// truth: unsafe
// expect: refuted output_range
f64 decide(const Sample& sample, Average& average, f64 raw) {
  average.mean += sample.value * 0.125;
  return 0;
}
