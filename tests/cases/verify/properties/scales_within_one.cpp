// contract: rank
// truth: safe
i64 rank(const Item& item) {
  return item.size / 3;
}
// ---- properties
/// Twice the size, twice the rank, give or take a rounding.
ASSAY_PROPERTY(scales, preferred) {
  auto one = any<Item>();
  one.size = any_in(1, 1LL << 19);
  auto twice = one;
  twice.size = 2 * one.size;
  prove(abs(rank(twice) - 2 * rank(one)) <= 1);
}
