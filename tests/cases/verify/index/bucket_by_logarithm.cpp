// contract: view
// truth: safe
// 40 / 6 is 6.
i64 decide(const View& view) {
  return view.counts[log2_floor(view.size) / 6];
}
