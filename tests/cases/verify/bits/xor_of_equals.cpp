// contract: view
// truth: safe
i64 decide(const View& view) {
  return 10 / ((view.small ^ view.small) + 1) - 9;
}
