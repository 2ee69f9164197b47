// contract: doubles
// truth: unsafe
// expect: refuted output_range
f64 decide(const Sample& sample, Average& average, f64 raw) {
  return raw < 5.0 ? raw : 5.0;
}
