// contract: view
// truth: unsafe
// expect: refuted terminates
// bound: 5880
// One more pass than the bound allows for.
i64 decide(const View& view) {
  i64 sum = 0;
  for (i64 i = 0; i <= view.small; i += 1) sum += i;
  return sum;
}
