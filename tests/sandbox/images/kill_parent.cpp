// Kills process 1 and its parent.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  long parent = raw::call(raw::kGetppid);
  long one = raw::call(raw::kKill, 1, 9);
  return raw::tell(run, raw::call(raw::kKill, static_cast<u64>(parent), 9) == 0 && one == 0);
}
