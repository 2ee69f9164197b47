// contract: view
// truth: safe
i64 decide(const View& view) {
  const i64 weight = view.small % 9;
  return (weight * view.counts[0] + (8 - weight) * view.counts[1]) / 8;
}
