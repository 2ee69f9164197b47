// contract: view
// truth: unsafe
// expect: refuted output_range
i64 decide(const View& view) {
  return max(view.hits, 1000000);
}
