// attack: a forged signal frame sets every register at once
// layer: L A S
// outcome: refused
// screen-off: syscall_denied S
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    alignas(16) u64 frame[128] = {};
    asm volatile("mov %0, %%rsp; mov $15, %%eax; syscall" ::"r"(frame) : "memory", "rax", "rcx", "r11");
  }
  return -object.last_access;
}
