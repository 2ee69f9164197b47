i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 horizon = tunable(8, 1, 64);
  i64 debt = tunable(-5, -1000, 0);
  for (i64 i = 0; i < tunable(3, 3, 3); i += 1) debt += tunable(0x10, 0, 99LL);
  return clamp(object.hits * tunable(2, 0, 9223372036854775807) + horizon + debt, 0, kMaxPriority);
}
