// contract: view
// truth: safe
// At most 255: 256 / 32 - 1 is 7.
i64 decide(const View& view) {
  const i64 aligned = (view.small + 32) & ~31LL;
  return view.counts[aligned / 32 - 1];
}
