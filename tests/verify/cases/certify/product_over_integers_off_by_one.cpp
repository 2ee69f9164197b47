// expect: decide output_range refuted
i64 decide(const View& view, State& state) {
  const i64 x = view.small * view.small;
  return (x + 1) * 1000 / (x + 1) + (x == 49 ? 1 : 0);
}
