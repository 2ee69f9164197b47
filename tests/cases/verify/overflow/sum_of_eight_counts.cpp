// contract: view
// truth: safe
i64 decide(const View& view) {
  i64 sum = 0;
  for (i64 i = 0; i < 8; i += 1) sum += view.counts[i] * view.counts[i];
  return sum / 8;
}
