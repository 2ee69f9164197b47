// contract: view
// truth: safe
i64 decide(const View& view) {
  i64 low = 1000, high = 0;
  for (i64 i = 0; i < 8; i += 1) low = min(low, view.counts[i]);
  for (i64 i = 0; i < 8; i += 1) high = max(high, view.counts[i]);
  return 1000 / (high - low + 1001);
}
