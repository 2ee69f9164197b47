// contract: numbers
// truth: unsafe
// expect: refuted no_undefined_behaviour line 5
i64 decide(i64 x, i64 y) {
  return y >= 0 ? x / y : 0;
}
