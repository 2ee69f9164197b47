#pragma once
// The trusted text that asks a policy of a contract: the image (driver/image.h), an adapter made from the contract, and the loop over
// shapes (driver/driver.inc). Fields are filled by name from a catalogue (features.h), so that a task may declare any subset of it.

#include <optional>
#include <string>

#include "base/result.h"
#include "evaluators/gpu/features.h"
#include "tasks/contract.h"

namespace assay::evaluators::gpu {

struct DriverOptions {
  /// Check that every value handed to the policy lies in its declared range; where one does not the run ends with
  /// kAssayBadArguments. Every declared field is then filled, read or not.
  bool check_ranges = false;
  /// Define the kReads_ constants too, all true, for a text that no Toolchain stands before.
  bool define_reads = false;
};

/// By the functions of the contract: `splits`, `variant`, or `row` and `column`. None: it is no contract of this domain.
std::optional<Kind> kind_of(const tasks::Contract& contract);

/// Error: everything in the contract that the driver cannot serve, one a line, with line and mend.
Result<Kind> check_contract(const tasks::Contract& contract);
Result<std::string> driver_text(const tasks::Contract& contract, const DriverOptions& options = {});

}  // namespace assay::evaluators::gpu
