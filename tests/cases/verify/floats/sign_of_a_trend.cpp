// contract: rates
// truth: safe
f64 decide(const Rates& now, Pace& pace) {
  return fabs(now.trend) * 10000.0;
}
