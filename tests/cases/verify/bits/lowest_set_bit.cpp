// contract: view
// truth: safe
i64 decide(const View& view) {
  const i64 lowest = view.small & -view.small;
  return lowest <= 128 ? lowest : 1000 / (lowest - lowest);
}
