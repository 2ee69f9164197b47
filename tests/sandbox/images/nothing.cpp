// An honest run without decisions.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  (void)run;
  return 0;
}
