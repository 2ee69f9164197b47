// attack: brings an entry of its own, which claims no miss at all
// layer: L A F E
// outcome: refused
// screen-off: compile_error F | redefinition
extern "C" u64 assay_entry(const AssayRun*) { return 0; }
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
