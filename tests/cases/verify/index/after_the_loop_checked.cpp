// contract: view
// truth: safe
i64 decide(const View& view) {
  i64 at = 0;
  for (i64 i = 0; i < 8; i += 1) {
    if (view.counts[i] > 900) break;
    at = i + 1;
  }
  return at < 8 ? view.counts[at] : 0;
}
