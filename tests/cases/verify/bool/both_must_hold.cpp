// contract: view
// truth: safe
i64 decide(const View& view) {
  const bool usable = view.hits > 0 && view.size / view.hits > 2;
  return usable ? 1000000 / view.hits : 0;
}
