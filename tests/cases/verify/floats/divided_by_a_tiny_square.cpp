// contract: rates
// truth: safe
// The least round trip is a millionth: its square is far from underflow.
f64 decide(const Rates& now, Pace& pace) {
  return fmin(1e-8 / (now.rtt * now.rtt), 1e6);
}
