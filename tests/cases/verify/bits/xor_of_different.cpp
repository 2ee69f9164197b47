// contract: view
// truth: unsafe
// expect: refuted no_undefined_behaviour line 5
i64 decide(const View& view) {
  return clamp(10 / ((view.small ^ view.counts[0]) - 1), 0, 10);
}
