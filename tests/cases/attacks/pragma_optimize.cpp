// attack: switches the optimiser off for what follows, the driver included
// layer: L E
// outcome: refused
// screen-off: ok E
#pragma clang optimize off
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
