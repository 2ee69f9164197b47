// expect: decide no_undefined_behaviour refuted
i64 decide(const View& view, State& state) {
  i64 divisor = 0;
  if (view.ghost) divisor = view.size;
  i64 answer = 0;
  if (!view.ghost) answer = 1000 / divisor;
  return answer;
}
