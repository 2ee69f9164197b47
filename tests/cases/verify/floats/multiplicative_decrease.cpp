// contract: rates
// truth: safe
f64 decide(const Rates& now, Pace& pace) {
  if (now.loss > 0.02) pace.window = fmax(pace.window * (1.0 - now.loss / 2.0), 2.0);
  return pace.window;
}
