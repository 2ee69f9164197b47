// contract: rates
// truth: safe
// Towards zero: -0.5 becomes 0.
f64 decide(const Rates& now, Pace& pace) {
  return f64(i64(now.trend / 101.0));
}
