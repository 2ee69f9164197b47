// contract: view
// truth: safe
i64 decide(const View& view) {
  return view.counts[0] + view.counts[7];
}
