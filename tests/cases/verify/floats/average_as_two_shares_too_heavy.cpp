// contract: doubles
// truth: unsafe
// expect: refuted output_range
f64 decide(const Sample& sample, Average& average, f64 raw) {
  average.mean = 0.875 * average.mean + 0.126 * sample.value;
  return 0;
}
