// contract: rates
// truth: safe
f64 decide(const Rates& now, Pace& pace) {
  return now.rate * 0.001;
}
