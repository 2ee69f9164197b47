// contract: view
// truth: safe
// bound: 300000
i64 decide(const View& view) {
  i64 count = 0;
  for (i64 i = 0; i < min(view.hits, 3000); i += 1) count += 1;
  return count;
}
