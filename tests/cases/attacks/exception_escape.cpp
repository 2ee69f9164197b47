// attack: throws through the driver
// layer: L A F
// outcome: refused
// screen-off: compile_error F | exceptions
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 5) throw 1;
  return -object.last_access;
}
