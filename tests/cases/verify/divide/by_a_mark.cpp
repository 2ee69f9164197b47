// contract: numbers
// truth: safe
i64 decide(i64 x, i64 y) {
  const i64 horizon = tunable(8, 1, 64);
  return x / horizon + y % tunable(3, 0, 9);
}
