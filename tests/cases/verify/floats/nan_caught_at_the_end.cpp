// contract: doubles
// truth: safe
f64 decide(const Sample& sample, Average& average, f64 raw) {
  f64 out = fmin(fmax(raw, -7.0), 7.0);
  if (is_nan(raw)) out = 0.0;
  return out;
}
