// contract: view
// truth: safe
i64 decide(const View& view) {
  const i64 aligned = (view.small + 7) & ~7LL;
  return aligned / 8;
}
