// contract: view
// truth: unsafe
// expect: refuted in_bounds line 5
i64 decide(const View& view) {
  return view.counts[view.small % 8 - 1];
}
