// contract: rank
// truth: unsafe
// expect: refuted positive
i64 rank(const Item& item) {
  return item.hits - item.age;
}
// ---- properties
/// Of a young item with hits the rank is positive.
ASSAY_PROPERTY(positive, required) {
  auto item = any<Item>();
  assume(item.hits >= item.age);
  prove(rank(item) > 0);
}
