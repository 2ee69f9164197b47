// contract: view
// truth: safe
i64 decide(const View& view) {
  i64 steps = 0;
  for (i64 i = 0; i < 100; i += abs(view.offset) + 1) steps += 1;
  return steps;
}
