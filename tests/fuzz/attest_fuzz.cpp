// A signed bundle's attestation: the envelope, the statement in it, keys as PEM.

#include <set>

#include "tests/fuzz/fuzz.h"
#include "verify/attest/dsse.h"
#include "verify/attest/statement.h"

namespace assay::verify::attest {
namespace {

using fuzz::must;

const SigningKey& key() {
  static const SigningKey made = SigningKey::generate().value();
  return made;
}

void check_statement(const std::string& text) {
  auto statement = statement_from_text(text, "statement");
  if (!statement) return must(!statement.error().what.empty(), "an Error says why");
  const std::string written = to_text(*statement);
  auto again = statement_from_text(written, "statement");
  must(again && to_text(*again) == written, "a statement comes back the same");
}

/// Nothing of an envelope comes out unless the one trusted key signed it.
void check_envelope(std::string_view text) {
  auto json = parse_json(text, "envelope");
  if (!json) return;
  must(!open(*json, kPayloadType, {}, "envelope"), "without a trusted key nothing is believed");
  auto opened = open(*json, kPayloadType, {key().public_key()}, "envelope");
  must(!opened, "a signature cannot be guessed");
}

void check_sealed(fuzz::Input input) {
  const auto how = input.byte();
  const std::string payload(input.rest());
  Json envelope = seal(kPayloadType, payload, key());
  auto opened = open(envelope, kPayloadType, {key().public_key()}, "envelope");
  must(opened && opened->payload == payload && opened->signers.size() == 1, "what was sealed opens");
  must(!open(envelope, "text/plain", {key().public_key()}, "envelope"), "a payload of another type does not open");
  envelope["payload"] = base64(payload + static_cast<char>(how));
  must(!open(envelope, kPayloadType, {key().public_key()}, "envelope"), "a changed payload does not open");
  check_statement(payload);
}

void check_base64(std::string_view text) {
  auto bytes = from_base64(text, "text");
  if (bytes) must(base64(*bytes) == text, "base64 has one form");
  must(from_base64(base64(text), "text").value_or("?") == text || text == "?", "base64 comes back");
}

void check_key(std::string_view text) {
  auto read = read_public_key(text, "key");
  if (!read) return must(!read.error().what.empty(), "an Error says why");
  must(read_public_key(read->pem(), "key").value() == *read && read->id().size() == 64, "a key comes back");
}

/// The whole folder, as the gate reads it.
void check_bundle(fuzz::Input input) {
  static const fuzz::Folder folder;
  folder.write("certificate.json", R"({"task":"t"})");
  folder.write(std::string(kAttestationFile), input.rest());
  must(!check_signed_bundle(folder.path(), {key().public_key()}), "an unsigned bundle is refused");
}

}  // namespace
}  // namespace assay::verify::attest

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay::verify::attest;
  assay::fuzz::Input input(data, size);
  switch (input.byte() % 6) {
    case 0: check_statement(std::string(input.rest())); break;
    case 1: check_envelope(input.rest()); break;
    case 2: check_sealed(input); break;
    case 3: check_base64(input.rest()); break;
    case 4: check_key(input.rest()); break;
    case 5: check_bundle(input); break;
  }
  return 0;
}
