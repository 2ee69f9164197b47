// contract: view
// truth: safe
i64 decide(const View& view) {
  i64 sum = 0;
  bool again = view.ghost;
  for (i64 i = 0; i < 10; i += 1) {
    if (again && i == 5) {
      i -= 1;
      again = false;
    }
    sum += 1;
  }
  return sum;
}
