// contract: view
// truth: safe
i64 digits(i64 value) {
  i64 count = 1;
  for (i64 left = value / 10; left > 0; left /= 10) count += 1;
  return count;
}
i64 decide(const View& view) {
  return digits(view.size) * 10 + digits(view.hits);
}
