// expect: decide no_undefined_behaviour proved
// expect: decide in_bounds proved
// expect: decide terminates proved
// expect: decide deterministic proved
// expect: decide output_range proved
i64 decide(const View& view, State& state) {
  return clamp(view.hits, 0, 1000);
}
