// contract: numbers
// truth: safe
i64 decide(i64 x, i64 y) {
  return sat_add(x, y);
}
