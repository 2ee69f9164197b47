// contract: rates
// truth: unsafe
// expect: refuted terminates
// From 2^53 on, adding one changes nothing.
f64 decide(const Rates& now, Pace& pace) {
  f64 x = 9007199254740992.0;
  for (i64 i = 0; x < 9007199254740993.0 + now.loss * 4.0; i = 1) x = x + 1.0;
  return 0;
}
