// expect: decide no_undefined_behaviour proved
// expect: decide in_bounds proved
// expect: decide terminates proved
// expect: decide deterministic proved
// expect: decide output_range proved
i64 decide(const View& view, State& state) {
  i64 sum = 0;
  for (i64 i = 0; i < view.small / 2; i += 1) sum += 3;
  return min(sum, 1000);
}
