// contract: view
// truth: unsafe
// expect: refuted in_bounds line 5
i64 decide(const View& view) {
  return view.counts[max(view.offset, 0)];
}
