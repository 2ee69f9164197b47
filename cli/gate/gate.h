#pragma once
// The gate: does a bundle hold, by everything that can be checked without believing it? What a bundle brings along (its
// contract, its properties, its bound) counts only where it is what the trusted task says.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "cli/gate/findings.h"
#include "verify/attest/key.h"
#include "verify/proof/check.h"

namespace assay::cli::gate {

struct GateOptions {
  std::vector<verify::attest::PublicKey> trusted;  ///< empty: signatures are not asked for, which every report says
  std::filesystem::path tasks = "tasks";           ///< the trusted tasks, a folder each
  std::string task;                                ///< the only one that the bundles may be of; empty: any of them
  std::optional<Digest> after;                     ///< of the attestation that these certificates must succeed
  verify::proof::CheckOptions check;
};

/// Looks at a copy of the folder, made first: what is checked cannot change meanwhile. The Error: our own trouble, not the bundle's.
Result<BundleReport> gate_bundle(const std::filesystem::path& folder, const GateOptions& options, verify::proof::CheckTools tools);

}  // namespace assay::cli::gate
