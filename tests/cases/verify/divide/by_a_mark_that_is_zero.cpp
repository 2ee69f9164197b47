// contract: numbers
// truth: unsafe
// expect: refuted no_undefined_behaviour line 5
i64 decide(i64 x, i64 y) {
  return x / tunable(0, 0, 9);
}
