#pragma once
// The trusted scorer: runs the simulator again with the decisions read back, and measures. Candidate code is never run.

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/outcome.h"
#include "evaluators/congestion/meter.h"
#include "evaluators/congestion/plan.h"

namespace assay::evaluators::congestion {

/// A broken rule is an Outcome of kind protocol_violation that names the event.
Attempt<Measured> replay_decisions(const Image& image, std::span<const std::byte> decisions);

/// How many bytes of the decisions belong to events before `moment_us`.
Attempt<std::size_t> decided_before(const Image& image, std::uint64_t moment_us, std::span<const std::byte> decisions);

/// A native algorithm (sim/natives.h) in place of the candidate.
Measured run_native(const Plan& plan, assay_congestion::Algorithm algorithm);

}  // namespace assay::evaluators::congestion
