// attack: code that runs before the entry
// layer: L A F
// outcome: refused
// screen-off: compile_error F | .ctors
__attribute__((constructor)) static void before() { asm volatile("syscall" : : "a"(39) : "rcx", "r11", "memory"); }
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
