// contract: numbers
// truth: safe
i64 decide(i64 x, i64 y) {
  return i64(x > y) - i64(x < y);
}
