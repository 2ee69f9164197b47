// contract: doubles
// truth: safe
f64 decide(const Sample& sample, Average& average, f64 raw) {
  // Subtraction of different doubles is never 0: the difference is at least the smallest subnormal.
  if (sample.value == average.mean) return 0;
  return fclamp(1 / (sample.value - average.mean), -1, 1);
}
