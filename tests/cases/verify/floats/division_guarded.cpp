// contract: doubles
// truth: safe
f64 decide(const Sample& sample, Average& average, f64 raw) {
  if (sample.weight == 0) return 0;
  return fclamp(sample.share / sample.weight, -1, 1);
}
