// contract: rates
// truth: safe
// 1e9 squared six times is past the largest double.
f64 decide(const Rates& now, Pace& pace) {
  f64 x = now.rate;
  for (i64 i = 0; i < 6; i += 1) x = x * x;
  return fclamp(x, 0.0, 1e6);
}
