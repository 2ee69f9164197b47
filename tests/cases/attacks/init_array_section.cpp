// attack: the same by a section's name
// layer: L A F
// outcome: refused
// screen-off: compile_error F | .init_array
static void before() { asm volatile("syscall" : : "a"(39) : "rcx", "r11", "memory"); }
__attribute__((section(".init_array"), used)) static void (*const hook)() = before;
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
