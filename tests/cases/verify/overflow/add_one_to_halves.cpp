// contract: numbers
// truth: unsafe
// expect: refuted no_undefined_behaviour line 6
// Twice half of the smallest is the smallest itself: one less is none.
i64 decide(i64 x, i64 y) {
  return x / 2 + y / 2 - 1;
}
