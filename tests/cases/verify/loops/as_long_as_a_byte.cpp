// contract: view
// truth: safe
// bound: 5880
i64 decide(const View& view) {
  i64 sum = 0;
  for (i64 i = 0; i < view.small; i += 1) sum += i;
  return sum;
}
