// contract: view
// truth: unsafe
// expect: refuted in_bounds line 8
i64 decide(const View& view) {
  i64 x = view.hits;
  x ^= x >> 8;
  x ^= x >> 4;
  return view.counts[x & 15];
}
