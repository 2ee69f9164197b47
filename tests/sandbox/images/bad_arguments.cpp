// The driver refused its arguments.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  (void)run;
  return kAssayBadArguments;
}
