// contract: numbers
// truth: safe
// A left shift of C++20 keeps the bits that fit: 1 << 63 is the smallest i64.
i64 decide(i64 x, i64 y) {
  return 1LL << (x & 63);
}
