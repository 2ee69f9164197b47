// contract: table
// truth: safe
// known: unknown no_undefined_behaviour
// known: unknown in_bounds
// known: unknown terminates
// known: unknown output_range
i64 decide(const Table& table) {
  i64 low = 0, high = 16;
  for (i64 i = 0; low < high; i += 1) {
    const i64 middle = (low + high) / 2;
    if (table.items[middle] < table.key) low = middle + 1;
    else high = middle;
  }
  return low;
}
