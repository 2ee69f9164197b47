// contract: view
// truth: safe
// Twice a number less an odd one is never 0.
i64 decide(const View& view) {
  return abs(view.small / (2 * view.offset - 7));
}
