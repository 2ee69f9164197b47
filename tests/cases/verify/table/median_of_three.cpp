// contract: table
// truth: safe
i64 decide(const Table& table) {
  const i64 a = table.items[0], b = table.items[7], c = table.items[15];
  return max(min(a, b), min(max(a, b), c));
}
