// contract: view
// truth: unsafe
// expect: refuted terminates
i64 decide(const View& view) {
  i64 steps = 0;
  for (i64 left = view.hits; left > 0; left -= 1) steps = min(steps + 1, 100);
  return steps;
}
