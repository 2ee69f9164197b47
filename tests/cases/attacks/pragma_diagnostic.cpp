// attack: silences warnings and errors of the compiler
// layer: L E
// outcome: refused
// screen-off: ok E
#pragma clang diagnostic ignored "-Weverything"
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
