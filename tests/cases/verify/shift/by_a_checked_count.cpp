// contract: view
// truth: safe
i64 decide(const View& view) {
  if (view.offset > 63 || view.offset < 0) return 0;
  return view.small >> view.offset;
}
