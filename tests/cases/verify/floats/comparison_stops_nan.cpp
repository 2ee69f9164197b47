// contract: rates
// truth: safe
f64 decide(const Rates& now, Pace& pace) {
  f64 x = now.rate;
  for (i64 i = 0; i < 6; i += 1) x = x * x;
  f64 y = x - x;
  if (!(y <= 1e6)) y = 1e6;
  if (!(y >= 0)) y = 0;
  return y;
}
