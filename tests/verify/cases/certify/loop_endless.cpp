// expect: decide terminates refuted
i64 decide(const View& view, State& state) {
  i64 sum = 0;
  for (i64 i = 0; i < 10; i += 0) sum = view.small;
  return sum;
}
