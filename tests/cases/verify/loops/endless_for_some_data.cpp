// contract: view
// truth: unsafe
// expect: refuted terminates
// Where the offset is 0 the step is 0.
i64 decide(const View& view) {
  i64 steps = 0;
  for (i64 i = 0; i < 100; i += abs(view.offset)) steps = 1;
  return steps;
}
