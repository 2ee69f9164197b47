// Attaches to process 1, the zygote.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) { return raw::tell(run, raw::call(raw::kPtrace, 16, 1) == 0); }
