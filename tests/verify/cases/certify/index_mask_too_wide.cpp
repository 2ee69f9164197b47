// expect: decide in_bounds refuted
i64 decide(const View& view, State& state) {
  state.ring[view.small & 7] = view.small;
  return view.counts[view.hits % 4];
}
