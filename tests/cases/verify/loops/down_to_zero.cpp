// contract: view
// truth: safe
i64 decide(const View& view) {
  i64 sum = 0;
  for (i64 i = 7; i >= 0; i -= 1) sum += view.counts[i];
  return sum;
}
