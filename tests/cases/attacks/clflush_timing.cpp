// attack: times the cache lines of its neighbours by flushing them
// layer: L A J
// outcome: refused
// screen-off: signal J | clock
// further-without: clock: ok
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    volatile unsigned char* at = (volatile unsigned char*)raw::run().input;
    asm volatile("clflush (%0); prefetcht0 (%0); lfence" ::"r"(at) : "memory");
    raw::need(__builtin_ia32_rdtsc() != 0);
  }
  return -object.last_access;
}
