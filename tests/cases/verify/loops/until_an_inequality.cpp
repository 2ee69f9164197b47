// contract: view
// truth: safe
// bound: 6000
i64 decide(const View& view) {
  i64 last = 0;
  for (i64 i = 0; i != view.small; i += 1) last = i;
  return last;
}
