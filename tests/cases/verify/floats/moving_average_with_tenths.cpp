// contract: rates
// truth: unsafe
// expect: refuted output_range
f64 decide(const Rates& now, Pace& pace) {
  pace.smooth = pace.smooth * 0.9 + now.rtt * 0.11;
  return 0;
}
