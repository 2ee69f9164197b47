#pragma once
// A recording as a trace: what readers, replays and files know.

#include "base/result.h"
#include "cli/record/recorder.h"
#include "evaluators/cache/trace.h"

namespace assay::cli {

/// Labels from id_of_path, times in whole seconds since the start. Sizes above 4 GiB - 1 become 4 GiB - 1, because
/// oracleGeneral has 32 bits for them. Error: no request.
Result<evaluators::cache::Trace> to_trace(const Recording& recording);

}  // namespace assay::cli
