// contract: rates
// truth: safe
f64 decide(const Rates& now, Pace& pace) {
  return fclamp(1.0 / (1.5 - now.loss), 0.0, 1e6);
}
