// contract: view
// truth: unsafe
// expect: refuted terminates
i64 decide(const View& view) {
  i64 count = 0;
  for (i64 i = 0; i < view.small; i += 1)
    for (i64 j = 0; j < i; j += 1) count += 1;
  return count;
}
