// contract: view
// truth: safe
i64 decide(const View& view) {
  return ~(-1 - view.small);
}
