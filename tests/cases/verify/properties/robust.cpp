// contract: rank
// truth: safe
i64 rank(const Item& item) {
  return item.age / 4;
}
// ---- properties
/// An age that is off by at most four moves the rank by at most one.
ASSAY_PROPERTY(robust, required) {
  auto one = any<Item>();
  auto other = one;
  other.age = any_in(one.age, min(one.age + 4, 1LL << 20));
  prove(rank(other) - rank(one) <= 1);
}
