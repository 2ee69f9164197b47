// contract: small
// truth: safe
i64 decide(const Small& in) {
  return clamp(in.a, 0, 5);
}
// ---- properties
/// A second time changes nothing.
ASSAY_PROPERTY(idempotent, required) {
  auto once = any<Small>();
  auto twice = once;
  twice.a = decide(once);
  prove(decide(twice) == twice.a);
}
