// attack: redefines const, so that the contract's promise is gone
// layer: L A F
// outcome: refused
// screen-off: compile_error F
#define const
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  ghost.known = 1;
  return -object.last_access;
}
