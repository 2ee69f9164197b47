// contract: rates
// truth: unsafe
// expect: refuted no_undefined_behaviour line 6
f64 decide(const Rates& now, Pace& pace) {
  const f64 square = now.rate * now.rate;
  const i64 whole = i64(square * 1e6);
  return whole > 5 ? 1.0 : 0.0;
}
