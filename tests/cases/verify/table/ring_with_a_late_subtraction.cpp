// contract: table
// truth: unsafe
// expect: refuted in_bounds line 9
i64 decide(const Table& table) {
  i64 sum = 0;
  for (i64 i = 0; i < table.used; i += 1) {
    i64 at = table.start + i;
    if (at > 16) at -= 16;
    sum += table.items[at];
  }
  return sum;
}
