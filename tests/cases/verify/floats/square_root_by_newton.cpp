// contract: rates
// truth: safe
f64 decide(const Rates& now, Pace& pace) {
  f64 root = 1.0 + now.rate;
  for (i64 i = 0; i < 8; i += 1) root = fmax(0.5 * (root + now.rate / root), 1e-9);
  return fclamp(root, 0.0, 1e6);
}
