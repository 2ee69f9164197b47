#include "verify/attest/dsse.h"

#include <algorithm>

namespace assay::verify::attest {
namespace {

std::string counted(std::string_view text) { return std::to_string(text.size()) + " " + std::string(text); }

/// A signature of the wrong length is simply wrong.
bool signed_by(const PublicKey& key, const std::string& message, const std::string& bytes) {
  Signature signature;
  if (bytes.size() != signature.size()) return false;
  std::copy_n(reinterpret_cast<const std::uint8_t*>(bytes.data()), signature.size(), signature.begin());
  return key.verifies(message, signature);
}

Result<std::string> decoded(const Json& object, const std::string& key, const std::string& name) {
  auto text = member<std::string>(object, key, name);
  if (!text) return std::unexpected(text.error());
  return from_base64(*text, name + ": \"" + key + "\"");
}

}  // namespace

std::string pre_authentication_encoding(std::string_view payload_type, std::string_view payload) {
  return "DSSEv1 " + counted(payload_type) + " " + counted(payload);
}

Json seal(std::string_view payload_type, std::string_view payload, const SigningKey& key) {
  const Signature signature = key.sign(pre_authentication_encoding(payload_type, payload));
  const std::string_view bytes(reinterpret_cast<const char*>(signature.data()), signature.size());
  return {{"payloadType", payload_type},
          {"payload", base64(payload)},
          {"signatures", Json::array({{{"keyid", key.public_key().id()}, {"sig", base64(bytes)}}})}};
}

Result<Opened> open(const Json& envelope, std::string_view payload_type, const std::vector<PublicKey>& trusted, const std::string& name) {
  auto type = member<std::string>(envelope, "payloadType", name);
  auto payload = decoded(envelope, "payload", name);
  auto signatures = member<Json>(envelope, "signatures", name);
  if (!type) return std::unexpected(type.error());
  if (!payload) return std::unexpected(payload.error());
  if (!signatures) return std::unexpected(signatures.error());
  if (*type != payload_type) return fail(name + ": the payload is of the type " + *type + ", not " + std::string(payload_type));
  Opened out;
  const std::string message = pre_authentication_encoding(*type, *payload);
  for (const Json& each : *signatures) {
    auto bytes = decoded(each, "sig", name);
    if (!bytes) return std::unexpected(bytes.error());
    for (const PublicKey& key : trusted)
      if (signed_by(key, message, *bytes) && std::ranges::find(out.signers, key.id()) == out.signers.end()) out.signers.push_back(key.id());
  }
  if (out.signers.empty()) return fail(name + ": no trusted key signed it");
  out.payload = std::move(*payload);
  return out;
}

}  // namespace assay::verify::attest
