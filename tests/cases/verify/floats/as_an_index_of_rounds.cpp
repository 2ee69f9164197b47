// contract: rates
// truth: safe
f64 decide(const Rates& now, Pace& pace) {
  f64 sum = 0;
  for (i64 i = 0; i < i64(now.loss * 8.0); i += 1) sum += now.rtt;
  return sum;
}
