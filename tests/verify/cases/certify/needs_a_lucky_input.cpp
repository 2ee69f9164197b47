// expect: decide no_undefined_behaviour refuted
i64 decide(const View& view, State& state) {
  if (view.hits * 3 + view.small == 1234567) return 1000 / (view.counts[2] - 618);
  return 0;
}
