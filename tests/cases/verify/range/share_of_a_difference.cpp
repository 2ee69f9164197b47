// contract: view
// truth: unsafe
// expect: refuted output_range
i64 decide(const View& view) {
  return view.hits * 1000 / (abs(view.hits - view.age) + 1);
}
