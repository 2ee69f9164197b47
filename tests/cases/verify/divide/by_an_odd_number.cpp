// contract: numbers
// truth: unsafe
// expect: refuted no_undefined_behaviour line 7
// try: x=-9223372036854775808 y=-1
// An odd number is never 0, but it can be -1.
i64 decide(i64 x, i64 y) {
  return x / (y | 1);
}
