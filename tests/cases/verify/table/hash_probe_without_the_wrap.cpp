// contract: table
// truth: unsafe
// expect: refuted in_bounds line 7
i64 decide(const Table& table) {
  const i64 start = (table.key * 2654435761LL >> 16) & 15;
  for (i64 i = 0; i < 4; i += 1)
    if (table.items[start + i * (i + 1) / 2] == table.key) return i;
  return -1;
}
