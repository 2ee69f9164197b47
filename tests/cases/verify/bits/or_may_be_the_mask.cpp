// contract: view
// truth: unsafe
// expect: refuted no_undefined_behaviour line 5
i64 decide(const View& view) {
  return 1000 / ((view.small | 16) - 16) > 2 ? 1 : 0;
}
