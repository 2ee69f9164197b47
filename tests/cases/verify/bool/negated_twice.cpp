// contract: view
// truth: safe
i64 decide(const View& view) {
  const bool empty = !(view.hits > 0);
  return !empty ? 1000 / view.hits : 0;
}
