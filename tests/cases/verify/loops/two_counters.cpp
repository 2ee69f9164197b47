// contract: view
// truth: safe
i64 decide(const View& view) {
  i64 sum = 0, j = 7;
  for (i64 i = 0; i < j; i += 1) {
    sum += view.counts[i] * view.counts[j];
    j -= 1;
  }
  return sum / 8;
}
