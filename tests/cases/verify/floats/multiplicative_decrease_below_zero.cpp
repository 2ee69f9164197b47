// contract: rates
// truth: unsafe
// expect: refuted output_range
f64 decide(const Rates& now, Pace& pace) {
  if (now.loss > 0.02) pace.window = pace.window * (1.0 - now.loss * 2.0);
  return 0;
}
