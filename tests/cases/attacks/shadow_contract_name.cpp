// attack: a record of its own under a name of the contract
// layer: L A F
// outcome: refused
// screen-off: compile_error F | redefinition
struct Spread { i64 p10, p25, p50, p75, p90; };
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
