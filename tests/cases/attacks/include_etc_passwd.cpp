// attack: includes a file of the host, so that diagnostics quote it
// layer: L A F C
// outcome: refused
// screen-off: compile_error F | not found
#include "/etc/passwd"
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
