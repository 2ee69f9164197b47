// contract: view
// truth: unsafe
// expect: refuted no_undefined_behaviour line 6
i64 decide(const View& view) {
  i64 count = 0;
  for (i64 i = 0; i < 65; i += 1) count += (view.hits >> i) & 1;
  return count;
}
