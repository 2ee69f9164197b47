// contract: view
// truth: safe
// 50 is no square.
i64 decide(const View& view) {
  return view.small * 1000 / (view.offset * view.offset - 50) > 0 ? 1 : 0;
}
