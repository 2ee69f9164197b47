// contract: view
// truth: unsafe
// expect: refuted output_range
i64 decide(const View& view) {
  return ~view.small;
}
