// contract: view
// truth: safe
i64 decide(const View& view) {
  return view.offset >= 0 && view.offset < 8 && view.counts[view.offset] > 3 ? 1 : 0;
}
