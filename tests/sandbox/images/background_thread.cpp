// A thread that would go on after the answer.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  u64 stack = raw::address(run->arena) + run->arena_bytes;
  long thread = raw::call(raw::kClone, 0x10f00, stack);  // CLONE_VM|FS|FILES|SIGHAND|THREAD
  if (thread == 0)
    for (;;) asm volatile("");
  return raw::tell(run, thread > 0);
}
