// attack: a helper under a name of the abi: the driver or a property may call it
// layer: A F
// outcome: refused
// screen-off: compile_error F | ambiguous
i64 min(i64 a, i64 b) { return a; }
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (min(object.hits, 1) == 7) return 1;
  return -object.last_access;
}
