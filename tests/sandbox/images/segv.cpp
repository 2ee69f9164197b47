// Reads address 0.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  (void)run;
  asm volatile("mov 0, %%eax" ::: "eax");
  return 0;
}
