// expect: decide output_range refuted
i64 decide(const View& view, State& state) {
  return clamp(view.hits, 0, 1001);
}
