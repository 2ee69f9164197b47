// attack: an attribute put together by macros, so that no text has its name
// layer: L A F
// outcome: refused
// screen-off: compile_error F | .ctors
#define JOIN(a, b) a##b
#define BEFORE [[JOIN(gn, u)::JOIN(constr, uctor)]]
BEFORE static void before() { asm volatile("syscall" : : "a"(39) : "rcx", "r11", "memory"); }
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
