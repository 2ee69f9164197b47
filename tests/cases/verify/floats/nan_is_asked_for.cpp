// contract: rates
// truth: safe
f64 decide(const Rates& now, Pace& pace) {
  f64 x = now.rate;
  for (i64 i = 0; i < 6; i += 1) x = x * x;
  const f64 y = x - x;
  return is_nan(y) ? 0.0 : fclamp(y, 0.0, 1.0);
}
