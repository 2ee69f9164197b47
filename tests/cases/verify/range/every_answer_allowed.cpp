// contract: small
// truth: safe
i64 decide(const Small& in) {
  return in.a * in.b;
}
