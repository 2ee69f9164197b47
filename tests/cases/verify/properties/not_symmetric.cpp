// contract: small
// truth: unsafe
// expect: refuted symmetric
i64 decide(const Small& in) {
  return in.flag ? in.a * in.b : in.a - in.b / 2;
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
