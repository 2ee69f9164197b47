// expect: decide no_undefined_behaviour refuted
i64 decide(const View& view, State& state) {
  if (view.hits >= view.size) return min(view.size / (view.hits - view.size), 1000);
  return 0;
}
