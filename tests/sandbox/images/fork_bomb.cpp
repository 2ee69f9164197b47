// Forks, and the children live on.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  u64 forked = 0;
  for (int i = 0; i < 8; ++i) {
    long pid = raw::call(raw::kClone, 17);
    if (pid == 0)
      for (;;) asm volatile("");
    forked += pid > 0;
  }
  return raw::tell(run, forked);
}
