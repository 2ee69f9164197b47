// contract: table
// truth: safe
i64 decide(const Table& table) {
  return table.used == 0 ? -1 : table.items[table.used - 1];
}
