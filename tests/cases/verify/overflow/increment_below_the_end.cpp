// contract: numbers
// truth: safe
i64 decide(i64 x, i64 y) {
  if (x < y) x += 1;
  return x;
}
