// contract: table
// truth: unsafe
// expect: refuted terminates
i64 decide(const Table& table) {
  i64 low = 0, high = 16;
  for (i64 i = 0; low < high; i += 1) {
    const i64 middle = (low + high) / 2;
    if (table.items[middle] < table.key) low = middle;
    else high = middle;
  }
  return low;
}
