// contract: small
// truth: safe
i64 decide(const Small& in) {
  i64 a = in.a, b = in.b;
  a ^= b;
  b ^= a;
  a ^= b;
  return 10 / (i64(a == in.b) + i64(b == in.a) - 1);
}
