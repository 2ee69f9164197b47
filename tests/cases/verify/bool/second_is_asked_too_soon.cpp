// contract: view
// truth: unsafe
// expect: refuted in_bounds line 5
i64 decide(const View& view) {
  return view.offset >= 0 && view.counts[view.offset] > 3 && view.offset < 8 ? 1 : 0;
}
