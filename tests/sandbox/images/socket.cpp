// Opens a socket.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) { return raw::tell(run, raw::call(raw::kSocket, 2, 1) >= 0); }
