// contract: doubles
// truth: unsafe
// expect: refuted no_undefined_behaviour line 8
// try: sample.count=9007199254740993
f64 decide(const Sample& sample, Average& average, f64 raw) {
  i64 back = i64(f64(sample.count));
  i64 lost = back == sample.count ? 1 : 0;
  return f64(1 / lost);
}
