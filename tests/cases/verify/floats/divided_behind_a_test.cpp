// contract: rates
// truth: safe
f64 decide(const Rates& now, Pace& pace) {
  if (now.loss == 0) return 1e6;
  return fmin(1.0 / now.loss, 1e6);
}
