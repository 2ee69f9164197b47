// contract: view
// truth: unsafe
// expect: refuted no_undefined_behaviour line 5
i64 decide(const View& view) {
  return min(view.hits * view.size / 1024, 1000000);
}
