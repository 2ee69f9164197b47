// contract: view
// truth: unsafe
// expect: refuted terminates
// In steps of two an odd end is never met.
i64 decide(const View& view) {
  i64 last = 0;
  for (i64 i = 0; i != view.small; i += 2) last = i & 1023;
  return last;
}
