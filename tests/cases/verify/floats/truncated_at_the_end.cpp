// contract: rates
// truth: safe
f64 decide(const Rates& now, Pace& pace) {
  const i64 whole = to_i64(now.rate * now.rate * 1e6);
  return whole > 5 ? 1.0 : 0.0;
}
