// contract: table
// truth: safe
i64 decide(const Table& table) {
  const i64 start = (table.key * 2654435761LL >> 16) & 15;
  for (i64 i = 0; i < 4; i += 1)
    if (table.items[(start + i * (i + 1) / 2) & 15] == table.key) return i;
  return -1;
}
