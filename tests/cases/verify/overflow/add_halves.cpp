// contract: numbers
// truth: safe
// Halves round towards zero, so two of them stay an i64.
i64 decide(i64 x, i64 y) {
  return x / 2 + y / 2;
}
