// contract: rank
// truth: unsafe
// expect: refuted below_the_hits
i64 rank(const Item& item) {
  return item.hits + item.size % 2;
}
// ---- properties
/// The rank is not below the hits.
ASSAY_PROPERTY(above_the_hits, required) {
  auto item = any<Item>();
  prove(rank(item) >= item.hits);
}

/// The rank is not above the hits.
ASSAY_PROPERTY(below_the_hits, info) {
  auto item = any<Item>();
  prove(rank(item) <= item.hits);
}
