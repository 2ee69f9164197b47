// contract: rates
// truth: safe
f64 decide(const Rates& now, Pace& pace) {
  return f64(now.acked) / 2e6;
}
