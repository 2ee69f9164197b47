// contract: view
// truth: unsafe
// expect: refuted in_bounds line 5
i64 decide(const View& view) {
  return view.counts[log2_floor(view.size) / 5];
}
