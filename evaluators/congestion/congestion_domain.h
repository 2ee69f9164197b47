#pragma once
// The congestion domain: a policy sets the window and the pacing rate of its flows on a simulated path (docs/congestion.md).

#include "evaluators/domain.h"

namespace assay::evaluators::congestion {

/// Thread-safe.
const Domain& congestion_domain();

}  // namespace assay::evaluators::congestion
