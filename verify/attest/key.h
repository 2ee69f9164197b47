#pragma once
// Ed25519 keys (RFC 8032) by libsodium, in the files that openssl reads too: PKCS #8 and SubjectPublicKeyInfo (RFC 8410) as PEM.

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace assay::verify::attest {

using Signature = std::array<std::uint8_t, 64>;

struct PublicKey {
  std::array<std::uint8_t, 32> bytes{};
  std::string pem() const;
  /// SHA-256 of the DER form, in hex: what a signature names its key by.
  std::string id() const;
  bool verifies(std::string_view message, const Signature& signature) const;
  bool operator==(const PublicKey&) const = default;
};

/// The secret half. It is wiped from memory at the end; it is never printed, logged or put into a bundle.
class SigningKey {
 public:
  static Result<SigningKey> generate();
  /// Refuses a file that others can read; the mend is in the Error.
  static Result<SigningKey> load(const std::filesystem::path& file);
  /// Creates the file for its owner alone (0600). The Error: it exists already, or cannot be written.
  Result<void> save(const std::filesystem::path& file) const;

  PublicKey public_key() const;
  Signature sign(std::string_view message) const;

 private:
  struct Secret;
  explicit SigningKey(std::shared_ptr<const Secret> secret) : secret_(std::move(secret)) {}
  std::shared_ptr<const Secret> secret_;
};

Result<PublicKey> read_public_key(std::string_view pem, const std::string& name);
/// One PEM file, or a folder with one key per *.pem file.
Result<std::vector<PublicKey>> load_public_keys(const std::filesystem::path& path);

std::string base64(std::string_view bytes);
/// Standard alphabet with padding, nothing else.
Result<std::string> from_base64(std::string_view text, const std::string& name);

}  // namespace assay::verify::attest
