#pragma once
// Policies as congestion controls of the running kernel, for as long as the values live.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "evaluators/congestion/kernel/bpf_control.h"
#include "tasks/contract.h"

namespace assay::cli {

struct RegisteredPolicy {
  std::string stem;  ///< of its file
  std::unique_ptr<evaluators::congestion::RegisteredControl> control;
};

/// Screens, exports and registers each file. Nothing where one was refused, by whomever: it has been said on stderr. The Error: a file
/// cannot be read, or the kernel cannot be asked.
Result<std::optional<std::vector<RegisteredPolicy>>> register_policies(const tasks::Contract& contract, const std::vector<std::string>& files,
                                                                       const std::vector<std::string>& without);

}  // namespace assay::cli
