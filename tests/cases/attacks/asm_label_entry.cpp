// attack: gives a helper of another name the entry's symbol
// layer: L A F
// outcome: refused
// screen-off: compile_error F
extern "C" u64 mine(const AssayRun*) asm("assay_entry");
extern "C" u64 mine(const AssayRun*) { return 0; }
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
