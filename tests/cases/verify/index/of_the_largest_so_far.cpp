// contract: view
// truth: safe
i64 decide(const View& view) {
  i64 best = 0;
  for (i64 i = 1; i < 8; i += 1)
    if (view.counts[i] > view.counts[best]) best = i;
  return view.counts[best];
}
