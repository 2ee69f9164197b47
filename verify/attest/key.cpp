#include "verify/attest/key.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/digest.h"
#include "base/file.h"

namespace assay::verify::attest {
namespace {

// DER of RFC 8410 around the 32 bytes of a key.
constexpr std::string_view kPublicPrefix("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12);
constexpr std::string_view kSecretPrefix("\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20", 16);
constexpr std::size_t kKeyBytes = 32;

bool library_is_ready() { return sodium_init() >= 0; }

std::string begin_line(std::string_view label) { return "-----BEGIN " + std::string(label) + "-----\n"; }
std::string end_line(std::string_view label) { return "-----END " + std::string(label) + "-----\n"; }

std::string to_pem(std::string_view label, std::string_view prefix, std::string_view key) {
  return begin_line(label) + base64(std::string(prefix) + std::string(key)) + "\n" + end_line(label);
}

Result<std::string> from_pem(std::string_view text, std::string_view label, std::string_view prefix, const std::string& name) {
  const std::string begin = begin_line(label), end = end_line(label);
  auto wrong = [&] { return fail(name + ": not an Ed25519 key; expected a PEM block \"" + std::string(label) + "\""); };
  const auto first = text.find(begin), last = text.find(end.substr(0, end.size() - 1));
  if (first == std::string_view::npos || last == std::string_view::npos || last < first + begin.size()) return wrong();
  std::string body(text.substr(first + begin.size(), last - first - begin.size()));
  std::erase_if(body, [](char c) { return c == '\n' || c == '\r'; });
  auto der = from_base64(body, name);
  if (!der || der->size() != prefix.size() + kKeyBytes || !der->starts_with(prefix)) return wrong();
  return der->substr(prefix.size());
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

struct SigningKey::Secret {
  std::array<unsigned char, crypto_sign_SEEDBYTES> seed{};
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> expanded{};
  std::array<std::uint8_t, 32> open{};

  explicit Secret(const unsigned char* from) {
    std::copy_n(from, seed.size(), seed.begin());
    crypto_sign_seed_keypair(open.data(), expanded.data(), seed.data());
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() {
    sodium_memzero(seed.data(), seed.size());
    sodium_memzero(expanded.data(), expanded.size());
  }
};

std::string base64(std::string_view bytes) {
  std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes_of(bytes), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();  // the library's terminating zero
  return out;
}

Result<std::string> from_base64(std::string_view text, const std::string& name) {
  std::string out(text.size() / 4 * 3 + 3, '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  const bool ok = sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(), nullptr, &size, &end,
                                    sodium_base64_VARIANT_ORIGINAL) == 0;
  if (!ok || end != text.data() + text.size()) return fail(name + ": not base64");
  out.resize(size);
  // The library (1.0.18) takes some bytes above 127 for letters: only the one spelling counts.
  if (base64(out) != text) return fail(name + ": not base64");
  return out;
}

std::string PublicKey::pem() const {
  return to_pem("PUBLIC KEY", kPublicPrefix, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string PublicKey::id() const {
  return sha256(std::string(kPublicPrefix) + std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size())).hex();
}

bool PublicKey::verifies(std::string_view message, const Signature& signature) const {
  return library_is_ready() && crypto_sign_verify_detached(signature.data(), bytes_of(message), message.size(), bytes.data()) == 0;
}

Result<SigningKey> SigningKey::generate() {
  if (!library_is_ready()) return fail("making a key: libsodium has no source of randomness here");
  std::array<unsigned char, crypto_sign_SEEDBYTES> seed;
  randombytes_buf(seed.data(), seed.size());
  auto secret = std::make_shared<const Secret>(seed.data());
  sodium_memzero(seed.data(), seed.size());
  return SigningKey(std::move(secret));
}

Result<SigningKey> SigningKey::load(const std::filesystem::path& file) {
  if (!library_is_ready()) return fail("reading a key: libsodium has no source of randomness here");
  struct stat about{};
  if (stat(file.c_str(), &about) != 0) return fail(system_error("the signing key " + file.string()));
  if ((about.st_mode & 077) != 0)
    return fail("the signing key " + file.string() + " can be read by others; run: chmod 600 " + file.string());
  auto text = read_file(file);
  if (!text) return std::unexpected(text.error());
  auto seed = from_pem(*text, "PRIVATE KEY", kSecretPrefix, file.string());
  sodium_memzero(text->data(), text->size());
  if (!seed) return std::unexpected(seed.error());
  auto secret = std::make_shared<const Secret>(bytes_of(*seed));
  sodium_memzero(seed->data(), seed->size());
  return SigningKey(std::move(secret));
}

Result<void> SigningKey::save(const std::filesystem::path& file) const {
  FileDescriptor out(open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!out.valid()) return fail(system_error("writing the signing key " + file.string()));
  std::string text = to_pem("PRIVATE KEY", kSecretPrefix, {reinterpret_cast<const char*>(secret_->seed.data()), secret_->seed.size()});
  const bool written = write(out.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(out.get()) == 0;
  sodium_memzero(text.data(), text.size());
  if (!written) return fail(system_error("writing the signing key " + file.string()));
  return {};
}

PublicKey SigningKey::public_key() const { return {secret_->open}; }

Signature SigningKey::sign(std::string_view message) const {
  Signature out;
  crypto_sign_detached(out.data(), nullptr, bytes_of(message), message.size(), secret_->expanded.data());
  return out;
}

Result<PublicKey> read_public_key(std::string_view pem, const std::string& name) {
  auto bytes = from_pem(pem, "PUBLIC KEY", kPublicPrefix, name);
  if (!bytes) return std::unexpected(bytes.error());
  PublicKey out;
  std::copy_n(bytes_of(*bytes), out.bytes.size(), out.bytes.begin());
  return out;
}

Result<std::vector<PublicKey>> load_public_keys(const std::filesystem::path& path) {
  std::vector<std::filesystem::path> files;
  std::error_code code;
  if (!std::filesystem::is_directory(path, code)) files.push_back(path);
  else
    for (const auto& entry : std::filesystem::directory_iterator(path, code))
      if (entry.path().extension() == ".pem") files.push_back(entry.path());
  std::ranges::sort(files);
  std::vector<PublicKey> out;
  for (const auto& file : files) {
    auto text = read_file(file);
    if (!text) return std::unexpected(text.error());
    auto key = read_public_key(*text, file.string());
    if (!key) return std::unexpected(key.error());
    out.push_back(*key);
  }
  if (out.empty()) return fail("no public key in " + path.string() + "; `assay key new` makes a pair");
  return out;
}

}  // namespace assay::verify::attest
