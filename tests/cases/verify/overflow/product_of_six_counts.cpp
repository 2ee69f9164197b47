// contract: view
// truth: safe
i64 decide(const View& view) {
  i64 product = 1;
  for (i64 i = 0; i < 6; i += 1) product *= view.counts[i];
  return clamp(product, 0, 1000000);
}
