// contract: view
// truth: safe
// Multiplying the low 31 bits stays within 62; the top three of them choose.
i64 decide(const View& view) {
  const i64 mixed = (view.hits & 2147483647LL) * 1640531527LL;
  return view.counts[(mixed >> 59) & 7];
}
