// Never comes back.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  (void)run;
  for (;;) asm volatile("");
}
