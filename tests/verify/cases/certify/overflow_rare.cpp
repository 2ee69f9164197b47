// expect: decide no_undefined_behaviour refuted
i64 decide(const View& view, State& state) {
  if (view.small != 137 || view.offset != -41) return 0;
  return view.hits * view.size > 0 ? 1 : 0;
}
