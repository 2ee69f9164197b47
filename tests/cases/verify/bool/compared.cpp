// contract: view
// truth: safe
i64 decide(const View& view) {
  const bool big = view.size > 1000, hot = view.hits > 1000;
  if (big != hot) return 1;
  return big == hot ? 2 : 1 / i64(big != hot);
}
