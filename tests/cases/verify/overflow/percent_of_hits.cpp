// contract: view
// truth: safe
i64 decide(const View& view) {
  return min(view.hits * 100 / view.size, 1000000);
}
