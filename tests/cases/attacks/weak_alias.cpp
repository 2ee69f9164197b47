// attack: an alias under the entry's name
// layer: L A E
// outcome: refused
// screen-off: ok E
extern "C" __attribute__((used)) u64 mine(const AssayRun*) { return 0; }
extern "C" u64 other(const AssayRun*) __attribute__((weak, alias("mine")));
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
