// contract: view
// truth: safe
i64 decide(const View& view) {
  if (view.hits <= view.age) return 0;
  return min(view.size / (view.hits - view.age), 1000000);
}
