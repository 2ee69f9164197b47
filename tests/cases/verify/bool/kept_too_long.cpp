// contract: view
// truth: unsafe
// expect: refuted in_bounds line 8
i64 decide(const View& view) {
  i64 at = view.offset;
  const bool fits = at >= 0 && at < 8;
  at += 1;
  return fits ? view.counts[at] : 0;
}
