// contract: table
// truth: unsafe
// expect: refuted in_bounds line 5
i64 decide(const Table& table) {
  return table.items[table.used - 1];
}
