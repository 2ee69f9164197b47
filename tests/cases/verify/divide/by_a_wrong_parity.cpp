// contract: view
// truth: unsafe
// expect: refuted no_undefined_behaviour line 5
i64 decide(const View& view) {
  return abs(view.small / (2 * view.offset - 8));
}
