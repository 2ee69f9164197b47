// contract: view
// truth: safe
i64 decide(const View& view) {
  i64 root = 1 + view.small;
  for (i64 i = 0; i < 8; i += 1) root = max((root + view.hits / root) / 2, 1);
  return min(root, 1000000);
}
