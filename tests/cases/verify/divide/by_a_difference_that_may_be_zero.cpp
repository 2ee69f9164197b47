// contract: view
// truth: unsafe
// expect: refuted no_undefined_behaviour line 6
i64 decide(const View& view) {
  if (view.hits < view.age) return 0;
  return min(view.size / (view.hits - view.age), 1000000);
}
