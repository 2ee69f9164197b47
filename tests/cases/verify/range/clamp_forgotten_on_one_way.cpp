// contract: view
// truth: unsafe
// expect: refuted output_range
i64 decide(const View& view) {
  if (view.ghost) return view.size - view.hits;
  return clamp(view.size - view.hits, 0, 1000000);
}
