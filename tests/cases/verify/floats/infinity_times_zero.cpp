// contract: doubles
// truth: unsafe
// expect: refuted output_range
f64 decide(const Sample& sample, Average& average, f64 raw) {
  f64 big = sample.weight * 1e300;
  f64 product = big * sample.share;
  return product > 1000.0 ? 1000.0 : product;
}
