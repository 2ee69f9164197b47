// contract: view
// truth: safe
i64 decide(const View& view) {
  return clamp(view.size - view.hits, 0, 1000000);
}
