// attack: gives the driver's own words another meaning: every miss counts for nothing
// layer: L F E
// outcome: refused
// screen-off: compile_error F
#define miss_passes_bound(stream, size) (false)
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
