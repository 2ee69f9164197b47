// expect: decide no_undefined_behaviour refuted
i64 decide(const View& view, State& state) {
  return (1LL << (view.small & 127)) > 0 ? 1 : 0;
}
