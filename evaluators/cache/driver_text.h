#pragma once
// The trusted text that drives a policy of a contract: a small adapter made from the contract, then a fixed driver
// (evaluators/cache/driver/). The contract's functions choose the driver; its fields are filled by name from a
// catalogue, so that a task may declare any subset of it, in any order.

#include <cstdint>
#include <string>

#include "base/result.h"
#include "tasks/contract.h"

namespace assay::evaluators::cache {

enum class Machine : std::uint8_t {
  priority,  ///< `priority`: the object with the smallest one is evicted
  queues,    ///< `on_insert` and its companions: FIFO queues
};

struct DriverOptions {
  /// Check that every value handed to the policy lies in its declared range; where one does not the run ends with
  /// kAssayBadArguments. Every declared field is then kept up, read or not.
  bool check_ranges = false;
  /// Define the kReads_ constants too, all true, for a text that no Toolchain stands before.
  bool define_reads = false;
};

/// Error: everything in the contract that no driver of this domain can serve, one a line, with line and mend.
Result<Machine> machine_for(const tasks::Contract& contract);
Result<std::string> driver_text(const tasks::Contract& contract, const DriverOptions& options = {});

}  // namespace assay::evaluators::cache
