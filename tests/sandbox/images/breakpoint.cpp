// Reaches a breakpoint.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  (void)run;
  asm volatile("int3");
  return 0;
}
