// contract: view
// truth: unsafe
// expect: refuted in_bounds line 6
i64 decide(const View& view) {
  if (!(view.offset >= 0 || view.offset <= 7)) return 0;
  return view.counts[view.offset];
}
