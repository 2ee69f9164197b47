// contract: rates
// truth: unsafe
// expect: refuted output_range
f64 decide(const Rates& now, Pace& pace) {
  return now.trend * 10000.0;
}
