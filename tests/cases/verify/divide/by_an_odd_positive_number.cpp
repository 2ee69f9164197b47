// contract: numbers
// truth: safe
i64 decide(i64 x, i64 y) {
  return x / ((y & 255) | 1);
}
