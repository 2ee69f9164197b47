#pragma once
// One instance with the kernel in the loop: its TCP on an emulated path, in real time.

#include <cstdint>
#include <expected>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "evaluators/congestion/kernel/link_emulator.h"
#include "evaluators/congestion/kernel/tcp_traffic.h"

namespace assay::evaluators::congestion::kernel {

struct KernelRun {
  Measured measured;
  Lateness lateness;
  bool realtime = false;
  std::uint64_t data_packets = 0, short_packets = 0;
  std::vector<FlowReport> flows;
  double wall_s = 0;
};

/// A run that is no measurement.
struct Invalid {
  enum class Kind : std::uint8_t { too_late, off_plan, device_overran, held_back, interrupted };
  Kind kind;
  std::string why;
  Lateness lateness;
};
std::string_view name_of(Invalid::Kind kind);
using RunOutcome = std::expected<KernelRun, Invalid>;

/// Which congestion control decides each flow of a plan: `candidate` those that are the candidate's, the kernel's own the others. The
/// Error names a cross flow that the kernel has not.
Result<std::vector<FlowPlan>> flow_plans(const Plan& plan, const std::string& candidate);

/// What this host lacks for such runs, as a fault of the host. Leaves nothing behind.
Result<void> host_can_run();

/// Takes the plan's duration and a little more. The Error is the host's or a name that the kernel does not know.
Result<RunOutcome> run_on_kernel(const Plan& plan, const std::vector<FlowPlan>& flows, std::stop_token stop);

}  // namespace assay::evaluators::congestion::kernel
