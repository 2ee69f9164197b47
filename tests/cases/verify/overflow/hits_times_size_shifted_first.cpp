// contract: view
// truth: safe
i64 decide(const View& view) {
  return min((view.hits >> 10) * (view.size >> 10) / 1024, 1000000);
}
