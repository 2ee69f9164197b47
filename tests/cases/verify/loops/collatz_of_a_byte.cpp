// contract: view
// truth: safe
// known: unknown no_undefined_behaviour
// known: unknown in_bounds
// known: unknown terminates
// known: unknown output_range
// No number below 256 takes more than 127 steps.
i64 decide(const View& view) {
  i64 steps = 0, n = view.small + 1;
  for (i64 i = 0; i < 128 && n != 1; i += 1) {
    n = n % 2 == 0 ? n / 2 : 3 * n + 1;
    steps += 1;
  }
  return steps;
}
