// contract: rates
// truth: unsafe
// expect: refuted no_undefined_behaviour line 6
f64 decide(const Rates& now, Pace& pace) {
  if (now.loss == 1) return 1e6;
  return fmin(1.0 / now.loss, 1e6);
}
