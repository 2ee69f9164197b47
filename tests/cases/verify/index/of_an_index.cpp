// contract: view
// truth: safe
// A count is below 1001, so its thousandth part is 0 or 1.
i64 decide(const View& view) {
  return view.counts[view.counts[view.small % 8] / 1000];
}
