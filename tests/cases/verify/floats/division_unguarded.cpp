// contract: doubles
// truth: unsafe
// expect: refuted no_undefined_behaviour line 5
f64 decide(const Sample& sample, Average& average, f64 raw) {
  return fclamp(sample.share / sample.weight, -1, 1);
}
