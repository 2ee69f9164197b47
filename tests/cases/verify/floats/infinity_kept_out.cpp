// contract: doubles
// truth: safe
f64 decide(const Sample& sample, Average& average, f64 raw) {
  f64 big = fmin(sample.weight * sample.weight, 1e300);
  return fclamp(big - sample.value, -1000.0, 1000.0);
}
