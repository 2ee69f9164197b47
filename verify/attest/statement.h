#pragma once
// A bundle as an in-toto statement (in-toto attestation framework, Statement v1): every file of the folder by its digest, and
// what the certificate says of them. Signed, it is `attestation.dsse.json` in the folder.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"
#include "verify/attest/key.h"

namespace assay::verify::attest {

inline constexpr std::string_view kPayloadType = "application/vnd.in-toto+json";
inline constexpr std::string_view kStatementType = "https://in-toto.io/Statement/v1";
inline constexpr std::string_view kPredicateType = "urn:assay:policy-certificate:v1";
inline constexpr std::string_view kAttestationFile = "attestation.dsse.json";

struct Statement {
  std::vector<std::pair<std::string, Digest>> subjects;  ///< file in the folder -> digest, sorted by name
  Json predicate;                      ///< certificate.json
  std::optional<Digest> previous;      ///< of the attestation file that this one succeeds
};

/// Reads every file of the folder but the attestation itself. The Error: a link, a special file, or no certificate.json.
Result<Statement> state(const std::filesystem::path& folder, std::optional<Digest> previous);

std::string to_text(const Statement& statement);
Result<Statement> statement_from_text(const std::string& text, const std::string& name);

/// States the folder and writes its attestation. The same folder and key give the same bytes.
Result<void> sign_bundle(const std::filesystem::path& folder, const SigningKey& key, std::optional<Digest> previous = std::nullopt);

struct Attested {
  Statement statement;
  std::vector<std::string> signers;
  Digest digest;  ///< of the attestation file
};

/// A trusted key signed the folder as it lies there: no file changed, none missing, none added. The Error names the first one.
Result<Attested> check_signed_bundle(const std::filesystem::path& folder, const std::vector<PublicKey>& trusted);

}  // namespace assay::verify::attest
