#pragma once
// The cache domain: replays a request trace against a policy that decides what to evict.
//
// Settings of an instance: {"trace": path relative to the task's folder, "window": [from, to] as shares of the trace,
// "capacity": {"objects": n} | {"bytes": n} | {"share": s}, "size_aware": bool}. Objectives: miss_ratio, byte_miss_ratio.

#include "evaluators/domain.h"

namespace assay::evaluators::cache {

/// Thread-safe. Keeps the traces it has loaded as long as an instance uses them.
const Domain& cache_domain();

}  // namespace assay::evaluators::cache
