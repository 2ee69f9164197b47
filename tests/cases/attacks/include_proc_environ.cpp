// attack: includes the environment of the compiler, which may hold keys
// layer: L A F C
// outcome: refused
// screen-off: compile_error F | not found
#include "/proc/self/environ"
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
