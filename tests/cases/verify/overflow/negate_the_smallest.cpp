// contract: numbers
// truth: unsafe
// expect: refuted no_undefined_behaviour line 6
i64 decide(i64 x, i64 y) {
  if (x == kI64Max) return kI64Max;
  return -x;
}
