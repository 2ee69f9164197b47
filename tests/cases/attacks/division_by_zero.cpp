// attack: divides by what may be zero
// layer: J
// outcome: signal | SIGFPE
// screen-off: signal J | SIGFPE
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (1000 / cache.used == 7) return 1;
  return -object.last_access;
}
