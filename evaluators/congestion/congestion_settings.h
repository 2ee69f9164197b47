#pragma once
// The settings of an instance in the congestion domain, read from the task's JSON (docs/congestion.md lists them).

#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "evaluators/congestion/plan.h"

namespace assay::evaluators::congestion {

/// Appends everything wrong to `problems`, each as "<name>: what; mend". Without problems the plan can be simulated.
Plan read_settings(const Json& settings, const std::filesystem::path& folder, const std::string& name, std::vector<std::string>& problems);

/// The native algorithms by name, "reno" and so on; kCandidate is no name of one.
struct NativeName {
  std::string_view name;
  assay_congestion::Algorithm algorithm;
};
std::span<const NativeName> native_algorithms();

}  // namespace assay::evaluators::congestion
