// contract: view
// truth: safe
// bound: 4096
i64 decide(const View& view) {
  i64 count = 0;
  for (i64 i = 0; i < view.small / 16; i += 1)
    for (i64 j = 0; j < i; j += 1) count += 1;
  return count;
}
