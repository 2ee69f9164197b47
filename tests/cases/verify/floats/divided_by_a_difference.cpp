// contract: rates
// truth: unsafe
// expect: refuted no_undefined_behaviour line 5
f64 decide(const Rates& now, Pace& pace) {
  return fclamp(1.0 / (1.0 - now.loss), 0.0, 1e6);
}
