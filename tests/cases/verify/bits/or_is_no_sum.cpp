// contract: view
// truth: safe
i64 decide(const View& view) {
  return 1000 / ((view.small | 16) - 15);
}
