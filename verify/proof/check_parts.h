#pragma once
// The stages of check(), each a question about one part of a bundle. Internal to verify/proof.
//
// A stage answers with what it found or, in the error channel of its own, with what is wrong with the bundle: that is a
// finding, not an Error.

#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "tasks/contract.h"
#include "verify/lower/lower.h"
#include "verify/proof/check.h"
#include "verify/proof/obligations.h"
#include "verify/properties/properties.h"

namespace assay::verify::proof {

/// What is wrong with the bundle.
struct Finding {
  std::string what;
};
template <class T>
using Found = std::expected<T, Finding>;
inline std::unexpected<Finding> wrong(std::string what) { return std::unexpected(Finding{std::move(what)}); }

/// A bundle in memory: what certificate.json says, and every other file by name.
struct Folder {
  Json certificate;
  std::map<std::string, std::string> files;
};

/// Reads all; certificate.json must carry its own digest and name every file with its digest, and no file more.
Result<Found<Folder>> read_folder(const std::filesystem::path& path);

/// A program that claims are about, and what was shown of it.
struct Group {
  std::string name;
  std::string function;                         ///< of the contract; empty: a property
  const properties::Property* property = nullptr;
  std::uint64_t instruction_bound = 0;
  std::optional<lower::Program> program;        ///< none: unsupported
  bool is_shown[6] = {};                        ///< by lower::Property; a property of the set needs all of them
};

/// Every claim of the certificate against what was shown, witnesses and counterexamples executed.
Found<std::string> check_claims(const Json& certificate, const std::vector<Group>& groups);

}  // namespace assay::verify::proof
