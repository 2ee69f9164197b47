// attack: remembers between calls in a global
// layer: A F
// outcome: refused
// screen-off: compile_error F | last between calls
// objects-off: signal
static i64 seen = 1;
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  seen += 1;
  if (seen > 400) return seen;
  return -object.last_access;
}
