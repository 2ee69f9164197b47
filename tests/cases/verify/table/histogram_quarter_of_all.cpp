// contract: table
// truth: unsafe
// expect: refuted no_undefined_behaviour line 7
i64 decide(const Table& table) {
  i64 count = 0;
  for (i64 i = 0; i < 16; i += 1) count += i64(table.items[i] / 1024 == table.key / 1024);
  return 65536 / (16 - count);
}
