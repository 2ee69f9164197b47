// contract: rates
// truth: unsafe
// expect: refuted output_range
f64 decide(const Rates& now, Pace& pace) {
  return fmax(now.rate * now.rtt, 0.0);
}
