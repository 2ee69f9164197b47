// contract: table
// truth: unsafe
// expect: refuted in_bounds line 12
// Where every item is below the key the search ends at 16.
i64 decide(const Table& table) {
  i64 low = 0, high = 16;
  for (i64 i = 0; i < 5 && low < high; i += 1) {
    const i64 middle = (low + high) / 2;
    if (table.items[middle] < table.key) low = middle + 1;
    else high = middle;
  }
  return table.items[low];
}
