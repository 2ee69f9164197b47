// contract: view
// truth: safe
// known: unknown no_undefined_behaviour
// known: unknown in_bounds
// known: unknown terminates
// known: unknown output_range
// Euclid's remainders at least halve in two steps: 58 rounds are enough for 2^40.
i64 decide(const View& view) {
  i64 a = view.size, b = view.hits;
  for (i64 i = 0; b != 0; i += 1) {
    const i64 rest = a % b;
    a = b;
    b = rest;
  }
  return min(a, 1000000);
}
