// contract: view
// truth: safe
i64 decide(const View& view) {
  return (view.small ^ (view.counts[0] & 255)) * 3921;
}
