// contract: rates
// truth: unsafe
// expect: refuted no_undefined_behaviour line 8
// A millionth, squared six times, is below the least double.
f64 decide(const Rates& now, Pace& pace) {
  f64 x = now.rtt;
  for (i64 i = 0; i < 6; i += 1) x = x * x;
  return fmin(1.0 / x, 1e6);
}
