// contract: doubles
// truth: unsafe
// expect: refuted output_range
f64 decide(const Sample& sample, Average& average, f64 raw) {
  f64 size = fabs(raw);
  return size > 1000.0 ? 1000.0 : size;
}
