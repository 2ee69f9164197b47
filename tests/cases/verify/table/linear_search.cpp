// contract: table
// truth: safe
i64 decide(const Table& table) {
  for (i64 i = 0; i < table.used; i += 1)
    if (table.items[i] == table.key) return i;
  return -1;
}
