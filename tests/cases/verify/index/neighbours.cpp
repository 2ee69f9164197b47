// contract: view
// truth: safe
i64 decide(const View& view) {
  i64 rises = 0;
  for (i64 i = 1; i < 8; i += 1) rises += i64(view.counts[i] > view.counts[i - 1]);
  return rises;
}
