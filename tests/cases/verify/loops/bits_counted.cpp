// contract: view
// truth: safe
i64 decide(const View& view) {
  i64 count = 0;
  for (i64 i = 0; i < 41; i += 1) count += (view.hits >> i) & 1;
  return count;
}
