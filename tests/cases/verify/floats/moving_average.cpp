// contract: rates
// truth: safe
// Seven eighths and one eighth are exact, and rounding does not lead past 10.
f64 decide(const Rates& now, Pace& pace) {
  pace.smooth = pace.smooth * 0.875 + now.rtt * 0.125;
  return pace.smooth;
}
