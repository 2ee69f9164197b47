// 64 processes, each in a session of its own, deaf and spinning. As many as its shape says, not as many as the host bears:
// benchmarks let it loose.
#include "signals.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  raw::ignore_every_signal();
  for (int doubling = 0; doubling < 6; ++doubling)
    if (raw::call(raw::kClone, 17) == 0) raw::call(raw::kSetsid);
  raw::tell(run, 1);
  raw::spin();
}
