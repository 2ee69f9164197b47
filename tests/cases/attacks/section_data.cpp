// attack: a variable in a section that is named like one for constants
// layer: L A F
// outcome: refused
// screen-off: compile_error F | .data.rel.ro.policy
__attribute__((section(".data.rel.ro.policy"))) static i64 kept = 1;
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  kept += object.hits;
  if (kept > 1000) return kept;
  return -object.last_access;
}
