// contract: doubles
// truth: unsafe
// expect: refuted no_undefined_behaviour line 6
f64 decide(const Sample& sample, Average& average, f64 raw) {
  if (sample.share == 0) return 0;
  return fclamp(sample.share / sample.weight, -1, 1);
}
