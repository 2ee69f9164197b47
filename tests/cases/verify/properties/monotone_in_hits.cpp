// contract: rank
// truth: safe
i64 rank(const Item& item) {
  return item.hits * 1000 - item.age;
}
// ---- properties
/// More hits, no lower rank.
ASSAY_PROPERTY(monotone, required) {
  auto fewer = any<Item>();
  auto more = fewer;
  more.hits = any_in(fewer.hits, 1LL << 20);
  prove(rank(more) >= rank(fewer));
}
