// The driver saw an answer outside the declared range.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  (void)run;
  return kAssayBrokeContract;
}
