// attack: patches the driver
// layer: L A J
// outcome: refused
// screen-off: signal J
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    u64 here;
    asm volatile("lea 0(%%rip), %0" : "=r"(here));
    *(volatile unsigned char*)here = 0xc3;
  }
  return -object.last_access;
}
