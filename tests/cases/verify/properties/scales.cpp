// contract: rank
// truth: safe
i64 rank(const Item& item) {
  return item.size * 5;
}
// ---- properties
/// Twice the size, twice the rank.
ASSAY_PROPERTY(scales, preferred) {
  auto one = any<Item>();
  one.size = any_in(1, 1LL << 19);
  auto twice = one;
  twice.size = 2 * one.size;
  prove(rank(twice) == 2 * rank(one));
}
