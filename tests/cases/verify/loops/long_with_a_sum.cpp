// contract: view
// truth: safe
// bound: 300000
// At most 4000 * 250: known only by how often the loop has run.
i64 decide(const View& view) {
  i64 sum = 0;
  for (i64 i = 0; i < 4000; i += 1) sum += min(view.small, 250);
  return sum;
}
