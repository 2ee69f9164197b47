// contract: view
// truth: safe
i64 decide(const View& view) {
  return view.counts[(view.offset % 8 + 8) % 8];
}
