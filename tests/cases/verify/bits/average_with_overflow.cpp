// contract: numbers
// truth: unsafe
// expect: refuted no_undefined_behaviour line 5
i64 decide(i64 x, i64 y) {
  return (x | y) + ((x ^ y) >> 1);
}
