// contract: view
// truth: safe
// Kernighan: each round clears the lowest set bit, and a byte has eight.
i64 decide(const View& view) {
  i64 count = 0;
  for (i64 left = view.small; left != 0; left &= left - 1) count += 1;
  return count;
}
