// Makes its system call by the x32 numbers.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) { return raw::tell(run, raw::call(0x40000000 | raw::kGetpid) > 0); }
