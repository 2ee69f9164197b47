// contract: view
// truth: unsafe
// expect: refuted no_undefined_behaviour line 6
i64 decide(const View& view) {
  i64 product = 1;
  for (i64 i = 0; i < 8; i += 1) product *= view.counts[i];
  return clamp(product, 0, 1000000);
}
