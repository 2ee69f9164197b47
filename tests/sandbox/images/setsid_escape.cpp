// Forks into a session of its own, out of reach of a kill of the process group.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  long pid = raw::call(raw::kClone, 17);
  if (pid == 0) {
    raw::call(raw::kSetsid);
    for (;;) asm volatile("");
  }
  return raw::tell(run, pid > 0);
}
