// attack: includes itself without end
// layer: L A F R
// outcome: refused
// screen-off: compile_error F | nested too deeply
#include __FILE__
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
