// contract: small
// truth: unsafe
// expect: refuted blind_to_the_flag
i64 decide(const Small& in) {
  return in.flag && in.n == 13 && in.a == -5 ? 1 : 0;
}
// ---- properties
/// The flag decides nothing.
ASSAY_PROPERTY(blind_to_the_flag, required) {
  auto one = any<Small>();
  auto other = one;
  other.flag = !one.flag;
  prove(decide(one) == decide(other));
}
