// contract: numbers
// truth: safe
i64 decide(i64 x, i64 y) {
  return (x & y) + ((x ^ y) >> 1);
}
