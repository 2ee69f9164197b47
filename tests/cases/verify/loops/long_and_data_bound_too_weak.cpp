// contract: view
// truth: unsafe
// expect: refuted terminates
// bound: 50000
i64 decide(const View& view) {
  i64 last = 0;
  for (i64 i = 0; i < min(view.hits, 10000); i += 1) last = i;
  return last;
}
