// contract: doubles
// truth: safe
f64 decide(const Sample& sample, Average& average, f64 raw) {
  f64 target = 1 + sample.share;
  f64 root = target;
  for (i64 i = 0; i < 4; i += 1) root = 0.5 * (root + target / root);
  return root;
}
