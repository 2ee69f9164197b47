// contract: table
// truth: safe
// The items may be in no order: the search still ends, and inside.
i64 decide(const Table& table) {
  i64 low = 0, high = 16;
  for (i64 i = 0; i < 5 && low < high; i += 1) {
    const i64 middle = (low + high) / 2;
    if (table.items[middle] < table.key) low = middle + 1;
    else high = middle;
  }
  return low;
}
