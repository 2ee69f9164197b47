// attack: remembers between calls in thread-local storage
// layer: L A F
// outcome: refused
// screen-off: compile_error F
static thread_local i64 seen = 1;
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  seen += 1;
  if (seen > 400) return seen;
  return -object.last_access;
}
