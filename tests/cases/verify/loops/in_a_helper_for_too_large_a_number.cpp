// contract: view
// truth: unsafe
// expect: refuted no_undefined_behaviour
i64 power_above(i64 value) {
  i64 power = 1;
  for (i64 i = 0; i < 20 && power <= value; i += 1) power *= 10;
  return power;
}
i64 decide(const View& view) {
  return power_above(sat_mul(view.size, view.size)) % 1000000;
}
