// contract: view
// truth: unsafe
// expect: refuted no_undefined_behaviour line 5
i64 decide(const View& view) {
  const i64 mixed = view.hits * 1640531527LL;
  return view.counts[(mixed >> 28) & 7];
}
