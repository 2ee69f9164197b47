// contract: rates
// truth: safe
f64 decide(const Rates& now, Pace& pace) {
  const i64 bucket = i64(now.loss * 10.0);
  return f64(bucket) * 100000.0;
}
