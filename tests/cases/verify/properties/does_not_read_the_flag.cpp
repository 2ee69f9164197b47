// contract: small
// truth: safe
i64 decide(const Small& in) {
  return in.flag ? in.a + in.b : in.b + in.a;
}
// ---- properties
/// The flag decides nothing.
ASSAY_PROPERTY(blind_to_the_flag, required) {
  auto one = any<Small>();
  auto other = one;
  other.flag = !one.flag;
  prove(decide(one) == decide(other));
}
