// expect: decide terminates refuted
// expect: decide no_undefined_behaviour unknown
// expect: decide in_bounds unknown
// expect: decide output_range unknown
// expect: decide deterministic proved
// The sum overflows after some four thousand million rounds, far past the instruction bound.
i64 decide(const View& view, State& state) {
  i64 sum = 0;
  for (i64 i = 0; i < view.hits; i += 1) {
    sum += i;
  }
  return clamp(sum, 0, 1000);
}
