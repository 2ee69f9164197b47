// contract: rates
// truth: safe
f64 decide(const Rates& now, Pace& pace) {
  pace.window = fmin(pace.window + 1.0, 65536.0);
  return pace.window;
}
