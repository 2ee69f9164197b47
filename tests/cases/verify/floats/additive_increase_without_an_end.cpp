// contract: rates
// truth: unsafe
// expect: refuted output_range
f64 decide(const Rates& now, Pace& pace) {
  pace.window = pace.window + 1.0;
  return 0;
}
