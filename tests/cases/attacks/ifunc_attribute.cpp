// attack: a resolver that a dynamic linker would call
// layer: L A F
// outcome: refused
// screen-off: compile_error F | loader
static i64 three(i64 x) { return x; }
extern "C" __attribute__((used)) void* resolve() { return (void*)three; }
i64 chosen(i64 x) __attribute__((ifunc("resolve")));
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (chosen(object.hits) == 1) return 1;
  return -object.last_access;
}
