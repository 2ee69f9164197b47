// contract: view
// truth: unsafe
// expect: refuted in_bounds line 6
i64 decide(const View& view) {
  i64 sum = 0;
  for (i64 i = 7; i >= -1; i -= 1) sum += view.counts[i];
  return sum;
}
