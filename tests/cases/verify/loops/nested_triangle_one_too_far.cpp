// contract: view
// truth: unsafe
// expect: refuted in_bounds line 7
i64 decide(const View& view) {
  i64 inversions = 0;
  for (i64 i = 0; i < 8; i += 1)
    for (i64 j = i; j < 8; j += 1) inversions += i64(view.counts[i] > view.counts[j + 1]);
  return inversions;
}
