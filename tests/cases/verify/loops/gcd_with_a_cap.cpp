// contract: view
// truth: safe
i64 decide(const View& view) {
  i64 a = view.small, b = view.counts[0];
  for (i64 i = 0; i < 20 && b != 0; i += 1) {
    const i64 rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}
