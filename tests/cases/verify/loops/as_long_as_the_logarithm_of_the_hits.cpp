// contract: view
// truth: safe
i64 decide(const View& view) {
  i64 steps = 0;
  for (i64 left = view.hits; left > 0; left >>= 1) steps += 1;
  return steps;
}
