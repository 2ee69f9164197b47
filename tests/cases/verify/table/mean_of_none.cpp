// contract: table
// truth: unsafe
// expect: refuted no_undefined_behaviour line 7
i64 decide(const Table& table) {
  i64 sum = 0;
  for (i64 i = 0; i < table.used; i += 1) sum += table.items[i];
  return sum / table.used;
}
