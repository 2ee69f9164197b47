// contract: view
// truth: safe
// clamp gives its upper end where the ends are the wrong way round: 0.
i64 decide(const View& view) {
  return clamp(view.hits, 1000000, 0);
}
