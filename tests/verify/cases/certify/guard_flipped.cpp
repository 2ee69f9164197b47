// expect: decide no_undefined_behaviour refuted
i64 decide(const View& view, State& state) {
  if (view.hits >= 0) return min(view.size / view.hits, 1000);
  return 0;
}
