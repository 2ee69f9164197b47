// contract: rates
// truth: safe
f64 decide(const Rates& now, Pace& pace) {
  return now.rate / (now.rate + 1.0);
}
