// contract: numbers
// truth: unsafe
// expect: refuted no_undefined_behaviour line 8
// try: x=-9223372036854775808 y=-1
// The remainder traps as the quotient does, though it would be 0.
i64 decide(i64 x, i64 y) {
  if (y == 0) return 0;
  return x % y;
}
