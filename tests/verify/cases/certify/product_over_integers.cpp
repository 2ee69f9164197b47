// expect: decide no_undefined_behaviour proved
// expect: decide in_bounds proved
// expect: decide terminates proved
// expect: decide deterministic proved
// expect: decide output_range proved
i64 decide(const View& view, State& state) {
  const i64 x = view.small * view.small;
  return x * 1000 / (x + 1);
}
