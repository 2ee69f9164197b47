// contract: numbers
// truth: safe
i64 decide(i64 x, i64 y) {
  return safe_div(x, y) / 2 + safe_mod(x, y) / 2;
}
