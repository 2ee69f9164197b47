// contract: view
// truth: unsafe
// expect: refuted in_bounds line 7
// The top bits of 62 are four values at most; of 2^31 * 2^31 they are up to 13.
i64 decide(const View& view) {
  const i64 mixed = (view.hits & 2147483647LL) * 1640531527LL;
  return view.counts[mixed >> 58];
}
