// contract: view
// truth: safe
i64 decide(const View& view) {
  for (i64 i = 0; i < 8; i += 1)
    if (view.counts[i] > 0) return 1000 / view.counts[i];
  return 0;
}
