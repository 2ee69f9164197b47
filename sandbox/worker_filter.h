#pragma once
// The system calls of a serving process: what malloc, threads of a solver and one socket need, and no more.

#include "base/result.h"

namespace assay::sandbox {

/// Installs the filter on the calling process. Calls that look for files get ENOENT (Clang asks for the working folder
/// and the like, and can do without); anything else outside the list kills with SIGSYS. Requires: no_new_privs.
Result<void> allow_worker_calls();

}  // namespace assay::sandbox
