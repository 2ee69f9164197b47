// contract: view
// truth: unsafe
// expect: refuted in_bounds line 10
i64 decide(const View& view) {
  i64 votes = 0;
  votes += i64(view.ghost);
  votes += i64(view.hits > 1);
  votes += i64(view.age < 100);
  votes += i64(view.size > 5);
  return view.counts[votes * 2];
}
