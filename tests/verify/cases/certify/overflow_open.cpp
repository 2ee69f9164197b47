// expect: decide no_undefined_behaviour refuted
i64 decide(const View& view, State& state) {
  return view.hits * view.size * view.size > 0 ? 1 : 0;
}
