// contract: doubles
// truth: safe
f64 decide(const Sample& sample, Average& average, f64 raw) {
  if (sample.share < 1e-100) return 0;
  f64 square = sample.share * sample.share;
  return fmin(1 / square, 1000.0);
}
