// contract: numbers
// truth: unsafe
// expect: refuted no_undefined_behaviour line 6
// A remainder has the sign of what is divided.
i64 decide(i64 x, i64 y) {
  return x >> (y % 64);
}
