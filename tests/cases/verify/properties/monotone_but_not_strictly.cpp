// contract: rank
// truth: unsafe
// expect: refuted strictly_monotone
i64 rank(const Item& item) {
  return min(item.hits, 1LL << 19);
}
// ---- properties
/// More hits, higher rank.
ASSAY_PROPERTY(strictly_monotone, required) {
  auto fewer = any<Item>();
  auto more = fewer;
  more.hits = any_in(fewer.hits, 1LL << 20);
  assume(more.hits > fewer.hits);
  prove(rank(more) > rank(fewer));
}
