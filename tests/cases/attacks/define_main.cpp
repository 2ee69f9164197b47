// attack: renames the driver's entry by a macro
// layer: L F E
// outcome: refused
// screen-off: compile_error F | assay_entry
#define assay_entry hidden_entry
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
