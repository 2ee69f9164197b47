// expect: decide no_undefined_behaviour unknown
// expect: decide terminates refuted
i64 decide(const View& view, State& state) {
  i64 sum = 0;
  for (i64 i = 0; i < view.hits; i += 1) sum = sum < 1000 ? sum + 1 : 0;
  return sum;
}
