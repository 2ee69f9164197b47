// Reaches a trap.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  (void)run;
  __builtin_trap();
}
