// contract: view
// truth: unsafe
// expect: refuted output_range
// bound: 100000
i64 decide(const View& view) {
  i64 sum = 0;
  for (i64 i = 0; i < 4000; i += 1) sum += view.small;
  return sum;
}
