// attack: hides a directive behind a trigraph
// layer: L A F
// outcome: refused
// screen-off: compile_error F
??=include "/etc/passwd"
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
