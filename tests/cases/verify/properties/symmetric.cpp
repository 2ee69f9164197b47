// contract: small
// truth: safe
i64 decide(const Small& in) {
  return max(in.a, in.b) - min(in.a, in.b);
}
// ---- properties
/// The two may change places.
ASSAY_PROPERTY(symmetric, required) {
  auto one = any<Small>();
  auto other = one;
  other.a = one.b;
  other.b = one.a;
  prove(decide(one) == decide(other));
}
