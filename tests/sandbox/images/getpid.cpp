// The mildest call there is.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) { return raw::tell(run, raw::call(raw::kGetpid) > 0); }
