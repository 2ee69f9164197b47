// contract: view
// truth: safe
i64 decide(const View& view) {
  const bool fits = view.offset >= 0 && view.offset < 8;
  i64 answer = view.small;
  if (fits) answer += view.counts[view.offset];
  return answer;
}
