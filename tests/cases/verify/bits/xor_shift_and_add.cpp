// contract: numbers
// truth: unsafe
// expect: refuted no_undefined_behaviour line 7
i64 decide(i64 x, i64 y) {
  x ^= x << 13;
  x ^= (x >> 7) & 144115188075855871LL;
  return x + y;
}
