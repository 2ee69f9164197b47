// expect: decide no_undefined_behaviour proved
// expect: decide output_range refuted
i64 decide(const View& view, State& state) {
  return view.hits;
}
