// contract: table
// truth: safe
i64 decide(const Table& table) {
  i64 first = -1, second = -1;
  for (i64 i = 0; i < 16; i += 1) {
    const i64 item = table.items[i];
    if (item > first) {
      second = first;
      first = item;
    } else if (item > second) {
      second = item;
    }
  }
  return second;
}
