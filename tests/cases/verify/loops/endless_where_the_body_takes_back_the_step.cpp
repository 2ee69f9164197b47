// contract: view
// truth: unsafe
// expect: refuted terminates
// bound: 500
i64 decide(const View& view) {
  i64 sum = 0;
  for (i64 i = 0; i < 10; i += 1) {
    if (view.ghost && i == 5) i -= 1;
    sum = i;
  }
  return sum;
}
