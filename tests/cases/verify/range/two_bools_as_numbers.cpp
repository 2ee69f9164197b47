// contract: view
// truth: unsafe
// expect: refuted output_range
i64 decide(const View& view) {
  return 1000000 * (i64(view.ghost) + i64(view.hits > 3));
}
