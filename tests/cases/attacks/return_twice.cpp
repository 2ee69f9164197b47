// attack: returns to the jail's caller by itself, with an answer of its own
// layer: L A J
// outcome: refused
// screen-off: signal J | null pointer
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    asm volatile("mov %0, %%rsp; xor %%eax, %%eax; ret" ::"r"(raw::kStackTop - 8) : "memory", "rax");
  }
  return -object.last_access;
}
