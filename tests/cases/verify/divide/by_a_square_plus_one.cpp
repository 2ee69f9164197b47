// contract: view
// truth: safe
i64 decide(const View& view) {
  return view.small * 1000 / (view.offset * view.offset + 1);
}
