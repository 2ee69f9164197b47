// expect: decide no_undefined_behaviour proved
// expect: decide in_bounds proved
// expect: decide terminates proved
// expect: decide deterministic proved
// expect: decide output_range proved
i64 decide(const View& view, State& state) {
  i64 divisor = 0;
  if (view.ghost) divisor = view.size;
  i64 answer = 0;
  if (view.ghost) answer = 1000 / divisor;
  return answer;
}
