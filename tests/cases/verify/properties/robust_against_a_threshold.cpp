// contract: rank
// truth: unsafe
// expect: refuted robust
// try: one.age=776 other.age=777
i64 rank(const Item& item) {
  return item.age >= 777 ? 100 : 0;
}
// ---- properties
/// An age that is off by one moves the rank by at most ten.
ASSAY_PROPERTY(robust, required) {
  auto one = any<Item>();
  auto other = one;
  other.age = any_in(one.age, min(one.age + 1, 1LL << 20));
  prove(abs(rank(other) - rank(one)) <= 10);
}
