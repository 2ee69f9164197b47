// contract: view
// truth: safe
i64 decide(const View& view) {
  i64 x = view.hits;
  x ^= x >> 32;
  x ^= x >> 16;
  x ^= x >> 8;
  x ^= x >> 4;
  return (27030 >> (x & 15)) & 1;
}
