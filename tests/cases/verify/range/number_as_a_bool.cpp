// contract: view
// truth: safe
i64 decide(const View& view) {
  return i64(bool(view.hits)) * 1000000;
}
