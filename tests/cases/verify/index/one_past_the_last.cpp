// contract: view
// truth: unsafe
// expect: refuted in_bounds line 5
i64 decide(const View& view) {
  return view.counts[0] + view.counts[8];
}
