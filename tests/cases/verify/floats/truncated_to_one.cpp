// contract: rates
// truth: unsafe
// expect: refuted output_range
f64 decide(const Rates& now, Pace& pace) {
  return f64(i64(now.trend / 100.0));
}
