// contract: rates
// truth: safe
f64 decide(const Rates& now, Pace& pace) {
  return fmin(1.0 / fmax(now.loss, 1e-3), 1e6);
}
