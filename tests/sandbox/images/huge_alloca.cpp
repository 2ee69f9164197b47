// Jumps over the guard below its stack.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  (void)run;
  asm volatile("sub $0x40000000, %%rsp; movq $0, (%%rsp)" ::: "memory");
  __builtin_trap();
}
