// expect: decide in_bounds refuted
i64 decide(const View& view, State& state) {
  return view.counts[view.offset % 4];
}
