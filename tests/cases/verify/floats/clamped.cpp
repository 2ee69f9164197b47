// contract: rates
// truth: safe
f64 decide(const Rates& now, Pace& pace) {
  return fclamp(now.rate * now.rtt, 0.0, 1e6);
}
