// attack: overflows where the optimiser may take it for impossible: the proved code and the measured code differ
// layer: E
// outcome: ok
// screen-off: ok E
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (object.last_access + 9223372036854775807 < object.last_access) return 0 - 4611686018427387904;
  return -object.last_access;
}
