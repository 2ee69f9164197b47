// contract: numbers
// truth: safe
i64 decide(i64 x, i64 y) {
  x ^= x << 13;
  x ^= (x >> 7) & 144115188075855871LL;
  x ^= x << 17;
  return x;
}
