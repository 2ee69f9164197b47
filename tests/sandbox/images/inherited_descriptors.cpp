// Looks for descriptors that somebody forgot to close.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  u64 found = 0;
  for (u64 fd = 0; fd < 4096; ++fd) found += raw::call(raw::kFcntl, fd, 1) >= 0;
  return raw::tell(run, found);
}
