// contract: view
// truth: unsafe
// expect: refuted no_undefined_behaviour line 8
i64 decide(const View& view) {
  i64 sum = 0;
  for (i64 i = 0; i < 8; i += 1) {
    if (view.counts[i] == 1) continue;
    sum += 1000 / view.counts[i];
  }
  return sum;
}
