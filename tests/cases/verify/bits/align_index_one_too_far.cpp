// contract: view
// truth: unsafe
// expect: refuted in_bounds line 6
i64 decide(const View& view) {
  const i64 aligned = (view.small + 32) & ~31LL;
  return view.counts[aligned / 32];
}
