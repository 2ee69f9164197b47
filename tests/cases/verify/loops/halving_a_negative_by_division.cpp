// contract: view
// truth: safe
i64 decide(const View& view) {
  i64 steps = 0;
  for (i64 left = view.offset; left != 0; left /= 2) steps += 1;
  return steps;
}
