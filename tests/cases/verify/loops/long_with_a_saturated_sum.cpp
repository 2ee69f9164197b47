// contract: view
// truth: safe
// bound: 300000
i64 decide(const View& view) {
  i64 sum = 0;
  for (i64 i = 0; i < 3000; i += 1) sum = min(sum + view.small, 300000);
  return sum;
}
