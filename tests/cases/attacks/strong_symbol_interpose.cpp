// attack: defines memcpy for everybody, the driver included
// layer: L A F E
// outcome: refused
// screen-off: compile_error F | redefinition
extern "C" void* memcpy(void* to, const void*, decltype(sizeof 0)) { return to; }
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
