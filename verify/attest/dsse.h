#pragma once
// Dead Simple Signing Envelope 1.0 (secure-systems-lab/dsse, protocol.md): signatures over a payload and its type.

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "verify/attest/key.h"

namespace assay::verify::attest {

/// What is signed: "DSSEv1", then type and payload with their lengths in bytes.
std::string pre_authentication_encoding(std::string_view payload_type, std::string_view payload);

Json seal(std::string_view payload_type, std::string_view payload, const SigningKey& key);

struct Opened {
  std::string payload;
  std::vector<std::string> signers;  ///< ids of the trusted keys whose signatures are right; at least one
};

/// The payload, if a trusted key signed it under `payload_type`. Nothing of an envelope that is not signed comes out. Signatures
/// by other keys are passed over: they neither help nor harm.
Result<Opened> open(const Json& envelope, std::string_view payload_type, const std::vector<PublicKey>& trusted, const std::string& name);

}  // namespace assay::verify::attest
