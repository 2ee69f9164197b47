// contract: view
// truth: unsafe
// expect: refuted no_undefined_behaviour line 6
i64 decide(const View& view) {
  i64 root = 1 + view.small;
  for (i64 i = 0; i < 8; i += 1) root = (root + view.hits / root) / 2;
  return min(root, 1000000);
}
