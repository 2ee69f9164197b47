// contract: view
// truth: unsafe
// expect: refuted in_bounds line 11
// Where no count is large the search ends at 8.
i64 decide(const View& view) {
  i64 at = 0;
  for (i64 i = 0; i < 8; i += 1) {
    if (view.counts[i] > 900) break;
    at = i + 1;
  }
  return view.counts[at];
}
