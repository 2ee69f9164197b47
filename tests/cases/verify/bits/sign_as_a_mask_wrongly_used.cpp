// contract: view
// truth: unsafe
// expect: refuted output_range
i64 decide(const View& view) {
  const i64 mask = view.offset >> 62;
  return (view.offset ^ mask) + mask;
}
