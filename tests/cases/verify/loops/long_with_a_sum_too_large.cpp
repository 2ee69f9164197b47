// contract: view
// truth: unsafe
// expect: refuted output_range
// bound: 300000
i64 decide(const View& view) {
  i64 sum = 1;
  for (i64 i = 0; i < 4000; i += 1) sum += min(view.small, 250);
  return sum;
}
