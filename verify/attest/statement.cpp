#include "verify/attest/statement.h"

#include <algorithm>
#include <map>

#include "base/file.h"
#include "verify/attest/dsse.h"

namespace assay::verify::attest {
namespace {

namespace fs = std::filesystem;

/// Regular files only, by their path in the folder: what is not one could be something else at the next look.
Result<std::vector<std::string>> files_in(const fs::path& folder) {
  std::vector<std::string> out;
  std::error_code code;
  fs::recursive_directory_iterator each(folder, code), end;
  for (; !code && each != end; each.increment(code)) {
    const std::string name = each->path().lexically_relative(folder).generic_string();
    if (each->is_symlink()) return fail("the bundle " + folder.string() + ": " + name + " is a link");
    if (each->is_directory()) continue;
    if (!each->is_regular_file()) return fail("the bundle " + folder.string() + ": " + name + " is not a regular file");
    if (name != kAttestationFile) out.push_back(name);
  }
  if (code) return fail("reading the bundle " + folder.string() + ": " + code.message());
  std::ranges::sort(out);
  return out;
}

Result<Digest> digest_member(const Json& object, const std::string& key, const std::string& name) {
  auto text = member<std::string>(object, key, name);
  if (!text) return std::unexpected(text.error());
  auto digest = Digest::from_hex(*text);
  if (!digest) return fail(name + ": \"" + key + "\" is no SHA-256 digest");
  return *digest;
}

Result<std::pair<std::string, Digest>> subject_from(const Json& json, const std::string& name) {
  auto file = member<std::string>(json, "name", name);
  auto digests = member<Json>(json, "digest", name);
  if (!file) return std::unexpected(file.error());
  if (!digests) return std::unexpected(digests.error());
  auto digest = digest_member(*digests, "sha256", name);
  if (!digest) return std::unexpected(digest.error());
  return std::pair{*file, *digest};
}

/// The first difference, in words.
std::optional<std::string> difference(const Statement& wanted, const Statement& found) {
  std::map<std::string, Digest> rest(found.subjects.begin(), found.subjects.end());
  for (const auto& [file, digest] : wanted.subjects) {
    auto there = rest.find(file);
    if (there == rest.end()) return file + " is missing";
    if (there->second != digest) return file + " was changed";
    rest.erase(there);
  }
  if (!rest.empty()) return rest.begin()->first + " was added";
  if (wanted.subjects.size() != found.subjects.size()) return "the statement names a file twice";
  if (wanted.predicate != found.predicate) return "the statement's predicate is not certificate.json";
  return std::nullopt;
}

}  // namespace

Result<Statement> state(const fs::path& folder, std::optional<Digest> previous) {
  auto files = files_in(folder);
  if (!files) return std::unexpected(files.error());
  Statement out;
  out.previous = previous;
  for (const std::string& file : *files) {
    auto text = read_file(folder / file);
    if (!text) return std::unexpected(text.error());
    out.subjects.emplace_back(file, sha256(*text));
  }
  auto certificate = read_json(folder / "certificate.json");
  if (!certificate) return std::unexpected(certificate.error());
  out.predicate = std::move(*certificate);
  return out;
}

std::string to_text(const Statement& statement) {
  Json subjects = Json::array();
  for (const auto& [file, digest] : statement.subjects) subjects.push_back({{"name", file}, {"digest", {{"sha256", digest.hex()}}}});
  Json predicate{{"certificate", statement.predicate}};
  if (statement.previous) predicate["previous"] = statement.previous->hex();
  return Json{{"_type", kStatementType}, {"subject", subjects}, {"predicateType", kPredicateType}, {"predicate", predicate}}.dump();
}

Result<Statement> statement_from_text(const std::string& text, const std::string& name) {
  auto json = parse_json(text, name);
  if (!json) return std::unexpected(json.error());
  for (auto [key, wanted] : {std::pair{"_type", kStatementType}, std::pair{"predicateType", kPredicateType}}) {
    auto type = member<std::string>(*json, key, name);
    if (!type) return std::unexpected(type.error());
    if (*type != wanted) return fail(name + ": \"" + key + "\" is " + *type + ", expected " + std::string(wanted));
  }
  auto subjects = member<Json>(*json, "subject", name);
  auto predicate = member<Json>(*json, "predicate", name);
  if (!subjects) return std::unexpected(subjects.error());
  if (!predicate) return std::unexpected(predicate.error());
  Statement out;
  for (const Json& each : *subjects) {
    auto subject = subject_from(each, name);
    if (!subject) return std::unexpected(subject.error());
    out.subjects.push_back(std::move(*subject));
  }
  auto certificate = member<Json>(*predicate, "certificate", name);
  if (!certificate) return std::unexpected(certificate.error());
  out.predicate = std::move(*certificate);
  if (!predicate->contains("previous")) return out;
  auto previous = digest_member(*predicate, "previous", name);
  if (!previous) return std::unexpected(previous.error());
  out.previous = *previous;
  return out;
}

Result<void> sign_bundle(const fs::path& folder, const SigningKey& key, std::optional<Digest> previous) {
  auto statement = state(folder, previous);
  if (!statement) return std::unexpected(statement.error());
  return write_file(folder / kAttestationFile, seal(kPayloadType, to_text(*statement), key).dump(2) + "\n");
}

Result<Attested> check_signed_bundle(const fs::path& folder, const std::vector<PublicKey>& trusted) {
  const std::string name = (folder / kAttestationFile).string();
  auto text = read_file(folder / kAttestationFile);
  if (!text) return std::unexpected(text.error());
  auto envelope = parse_json(*text, name);
  if (!envelope) return std::unexpected(envelope.error());
  auto opened = open(*envelope, kPayloadType, trusted, name);
  if (!opened) return std::unexpected(opened.error());
  auto wanted = statement_from_text(opened->payload, name);
  if (!wanted) return std::unexpected(wanted.error());
  auto found = state(folder, wanted->previous);
  if (!found) return std::unexpected(found.error());
  if (auto differs = difference(*wanted, *found)) return fail("the bundle " + folder.string() + " is not what was signed: " + *differs);
  return Attested{std::move(*wanted), std::move(opened->signers), sha256(*text)};
}

}  // namespace assay::verify::attest
