#pragma once
// The trusted text that drives a policy of a contract: the simulator (sim/), a small adapter made from the contract, and the
// recorder (driver/). Fields are filled by name from a catalogue, so that a task may declare any subset of it, in any order.

#include <cstdint>
#include <string>

#include "base/result.h"
#include "tasks/contract.h"

namespace assay::evaluators::congestion {

struct DriverOptions {
  /// Check that every value handed to the policy lies in its declared range; where one does not the run ends with
  /// kAssayBadArguments. Every declared field is then filled, read or not.
  bool check_ranges = false;
  /// Define the kReads_ constants too, all true, for a text that no Toolchain stands before.
  bool define_reads = false;
};

/// Error: everything in the contract that the driver cannot serve, one a line, with line and mend.
Result<void> check_contract(const tasks::Contract& contract);
Result<std::string> driver_text(const tasks::Contract& contract, const DriverOptions& options = {});

/// What Shown and State of the adapter take in the arena for each flow, at most.
std::uint64_t state_bytes(const tasks::Contract& contract);

}  // namespace assay::evaluators::congestion
