#pragma once
// The trusted scorer: runs the simulator again with the decisions read back, and measures. Candidate code is never run.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/outcome.h"
#include "evaluators/congestion/plan.h"

namespace assay::evaluators::congestion {

/// Of one flow, over the whole run. sent = arrived + dropped + those still in the queue or on the link.
struct FlowCount {
  std::uint64_t sent = 0, arrived = 0, dropped = 0;
  std::uint64_t arrived_bytes_since_last_start = 0;
};

/// From the first start of a measured flow to the end. Measured are a candidate's flows, or those that a reference runs in their stead.
struct Measured {
  double utilisation = 0;       ///< arrived bytes of all flows over what the link could carry
  double megabits = 0;          ///< a second, of the measured flows together
  double mean_queueing_ms = 0, p95_queueing_ms = 0;  ///< of packets that left the link; waiting only; p95 by nearest rank
  double loss = 0;              ///< dropped over sent, of the measured flows
  double power = 0;             ///< Mbit/s over p95 one-way delay in seconds
  double jain = 0;              ///< of the measured flows, from the last start on
  double convergence_s = 0;     ///< from the last start until shares stay even (Jain 0.9) on a link that is used (0.8) for 1.5 s
  double policysmith = 0;       ///< Mbit/s / (1e-5 + p95 queueing delay in seconds)
  std::vector<FlowCount> flows;
};

/// A broken rule is an Outcome of kind protocol_violation that names the event.
Attempt<Measured> replay_decisions(const Image& image, std::span<const std::byte> decisions);

/// How many bytes of the decisions belong to events before `moment_us`.
Attempt<std::size_t> decided_before(const Image& image, std::uint64_t moment_us, std::span<const std::byte> decisions);

/// A native algorithm (sim/natives.h) in place of the candidate.
Measured run_native(const Plan& plan, assay_congestion::Algorithm algorithm);

}  // namespace assay::evaluators::congestion
