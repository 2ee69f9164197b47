// attack: remembers between calls in a static local
// layer: A F
// outcome: refused
// screen-off: compile_error F | last between calls
// objects-off: signal
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  static i64 seen = 1;
  seen += 1;
  if (seen > 400) return seen;
  return -object.last_access;
}
