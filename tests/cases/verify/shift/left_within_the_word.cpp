// contract: view
// truth: safe
i64 decide(const View& view) {
  return (view.hits << 23) > 0 ? 1 : 0;
}
