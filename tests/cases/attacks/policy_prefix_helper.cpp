// attack: a helper under the prefix that the harness gives to helpers
// layer: L A E
// outcome: refused
// screen-off: ok E
i64 policy__weight(i64 x) { return x; }
i64 weight(i64 x) { return policy__weight(x); }
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (weight(object.hits) == -1) return 1;
  return -object.last_access;
}
