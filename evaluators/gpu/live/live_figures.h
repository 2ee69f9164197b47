#pragma once
// Figures that a worker measures when they are first asked for, and then remembers.

#include <memory>

#include "evaluators/gpu/figures.h"
#include "evaluators/gpu/live/worker.h"

namespace assay::evaluators::gpu {

/// One worker for all that ask with the same place and request, as long as somebody does.
Result<std::shared_ptr<const Figures>> live_figures(const std::string& place, const MeasureRequest& request);

}  // namespace assay::evaluators::gpu
