// contract: table
// truth: safe
i64 decide(const Table& table) {
  i64 sum = 0;
  for (i64 i = 0; i < table.used; i += 1) sum += table.items[i];
  return table.used > 0 ? sum / table.used : -1;
}
