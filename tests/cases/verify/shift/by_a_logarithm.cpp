// contract: view
// truth: safe
i64 decide(const View& view) {
  return view.size >> log2_floor(view.size);
}
