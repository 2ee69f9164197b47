// Kills itself by a signal that looks like a failed set-up.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  long self = raw::call(raw::kGetpid);
  raw::call(raw::kKill, static_cast<u64>(self), 10);
  return raw::tell(run, 1);
}
