// contract: rates
// truth: safe
f64 decide(const Rates& now, Pace& pace) {
  return now.loss * 1000.0 + (1.0 - now.loss) * 2000.0;
}
