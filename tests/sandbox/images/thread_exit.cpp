// Ends by exit, not exit_group.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  (void)run;
  raw::call(raw::kExit, 0);
  return 8;
}
