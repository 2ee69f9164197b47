// Sets up a ring through which calls would pass unseen.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  for (u64 i = 0; i < 120; ++i) run->arena[i] = 0;
  return raw::tell(run, raw::call(raw::kIoUringSetup, 4, raw::address(run->arena)) >= 0);
}
