// contract: small
// truth: unsafe
// expect: refuted idempotent
i64 decide(const Small& in) {
  return in.a / 2;
}
// ---- properties
/// A second time changes nothing.
ASSAY_PROPERTY(idempotent, required) {
  auto once = any<Small>();
  auto twice = once;
  twice.a = decide(once);
  prove(decide(twice) == twice.a);
}
