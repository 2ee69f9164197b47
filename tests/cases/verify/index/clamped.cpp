// contract: view
// truth: safe
i64 decide(const View& view) {
  return view.counts[clamp(view.offset, 0, 7)];
}
