// attack: stops at a trap in the middle
// layer: L A J
// outcome: refused
// screen-off: signal J | SIGILL
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 5) __builtin_trap();
  return -object.last_access;
}
