// contract: small
// truth: unsafe
// expect: refuted output_range
i64 decide(const Small& in) {
  return in.a * in.a * in.b;
}
