// expect: decide no_undefined_behaviour proved
// expect: decide output_range refuted
i64 decide(const View& view, State& state) {
  state.level = min(state.level + 1, 1001);
  return 7;
}
