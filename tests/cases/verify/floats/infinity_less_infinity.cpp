// contract: doubles
// truth: unsafe
// expect: refuted output_range
f64 decide(const Sample& sample, Average& average, f64 raw) {
  f64 big = sample.weight * sample.weight;
  return big - big;
}
