// attack: reads /dev/zero as a header: an endless text
// layer: L A F C
// outcome: refused
// screen-off: compile_error F | not found
#include "/dev/zero"
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
