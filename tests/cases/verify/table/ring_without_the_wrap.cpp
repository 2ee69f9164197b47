// contract: table
// truth: unsafe
// expect: refuted in_bounds line 6
i64 decide(const Table& table) {
  i64 sum = 0;
  for (i64 i = 0; i < table.used; i += 1) sum += table.items[table.start + i];
  return sum;
}
