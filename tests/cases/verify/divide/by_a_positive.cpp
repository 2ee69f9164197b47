// contract: numbers
// truth: safe
i64 decide(i64 x, i64 y) {
  return y > 0 ? x / y : 0;
}
