// attack: runs on a stack in its arena, where a forged return waits
// layer: L A J
// outcome: refused
// screen-off: signal J | null pointer
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    u64* top = (u64*)(raw::run().arena + raw::run().arena_bytes - 64);
    top[0] = 8;
    asm volatile("mov %0, %%rsp; ret" ::"r"(top) : "memory");
  }
  return -object.last_access;
}
