// contract: view
// truth: safe
i64 decide(const View& view) {
  return 1000000 * i64(view.ghost && view.hits > 3);
}
