// contract: view
// truth: safe
i64 decide(const View& view) {
  const i64 both = view.small & view.counts[0];
  return 255 - both + (1000 - both);
}
