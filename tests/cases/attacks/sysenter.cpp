// attack: the old fast way into the kernel
// layer: L A S J
// outcome: refused
// screen-off: signal J
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    asm volatile("mov %%rsp, %%rbp; sysenter" ::"a"(20) : "memory", "rcx", "rdx", "r11");
  }
  return -object.last_access;
}
