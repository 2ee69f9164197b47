// contract: small
// truth: safe
// The least product is -56, the largest 64.
i64 decide(const Small& in) {
  return in.a * in.b + 36;
}
