// contract: view
// truth: safe
// bound: 300000
i64 decide(const View& view) {
  i64 best = 0;
  for (i64 i = 0; i < 3200; i += 1) best = max(best, view.counts[i % 8]);
  return best;
}
