// contract: view
// truth: unsafe
// expect: refuted terminates
i64 decide(const View& view) {
  i64 last = 0;
  for (i64 i = 0; i < 8; i += 0) last = view.counts[i];
  return last;
}
