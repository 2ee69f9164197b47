// contract: rank
// truth: unsafe
// expect: refuted larger_is_not_above
// A negative density comes nearer to zero where the size grows.
i64 rank(const Item& item) {
  return (item.hits - item.age) * 1000 / item.size;
}
// ---- properties
/// A larger item does not rank above.
ASSAY_PROPERTY(larger_is_not_above, required) {
  auto smaller = any<Item>();
  auto larger = smaller;
  larger.size = any_in(smaller.size, 1LL << 20);
  prove(rank(larger) <= rank(smaller));
}
