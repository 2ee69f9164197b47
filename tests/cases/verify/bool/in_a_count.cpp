// contract: view
// truth: safe
i64 decide(const View& view) {
  i64 votes = 0;
  votes += i64(view.ghost);
  votes += i64(view.hits > 1);
  votes += i64(view.age < 100);
  return view.counts[votes * 2 + 1];
}
