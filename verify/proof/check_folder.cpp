// Files and digests of a bundle.

#include <system_error>

#include "base/digest.h"
#include "base/file.h"
#include "verify/proof/check_parts.h"

namespace assay::verify::proof {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 200'000;
constexpr std::uintmax_t kMostBytes = 1u << 30;
constexpr int kMaxDepth = 64;
constexpr std::string_view kCertificate = "certificate.json";

bool is_shallow(std::string_view json) {
  int depth = 0;
  for (char c : json) {
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth > kMaxDepth) return false;
  }
  return true;
}

/// A file that stands beside a bundle and is no part of it: its signature.
bool stands_outside(const std::string& name) { return name == "attestation.dsse.json"; }

/// Regular files only: a link could lead anywhere.
Result<Found<std::map<std::string, std::string>>> read_files(const fs::path& path) {
  std::map<std::string, std::string> out;
  std::uintmax_t bytes = 0;
  std::error_code code;
  fs::recursive_directory_iterator entries(path, code), end;
  if (code) return fail("reading the bundle " + path.string() + ": " + code.message());
  for (; entries != end; entries.increment(code)) {
    if (code) return fail("reading the bundle " + path.string() + ": " + code.message());
    auto status = entries->symlink_status(code);
    std::string name = entries->path().lexically_relative(path).generic_string();
    if (fs::is_directory(status) || stands_outside(name)) continue;
    if (!fs::is_regular_file(status)) return Found<std::map<std::string, std::string>>(wrong(name + " is no regular file"));
    bytes += entries->file_size(code);
    if (code || bytes > kMostBytes || out.size() >= kMostFiles) return Found<std::map<std::string, std::string>>(wrong("it is larger than any bundle"));
    auto text = read_file(entries->path());
    if (!text) return std::unexpected(text.error());
    out[name] = std::move(*text);
  }
  return out;
}

std::string seal(Json certificate) {
  certificate.erase("digest");
  return sha256(certificate.dump()).hex();
}

Found<void> check_digests(const Folder& folder) {
  auto listed = folder.certificate.find("files");
  if (listed == folder.certificate.end() || !listed->is_object()) return wrong("certificate.json names no files: it is of a version without proofs");
  for (const auto& [name, digest] : listed->items()) {
    auto file = folder.files.find(name);
    if (file == folder.files.end()) return wrong(name + " is missing");
    if (digest != sha256(file->second).hex()) return wrong(name + " was changed: its digest is not the one in certificate.json");
  }
  for (const auto& [name, text] : folder.files)
    if (!listed->contains(name)) return wrong(name + " is not named in certificate.json");
  return {};
}

}  // namespace

Result<Found<Folder>> read_folder(const fs::path& path) {
  if (!fs::is_directory(path)) return fail("reading the bundle " + path.string() + ": it is no folder; give the folder that holds certificate.json");
  auto files = read_files(path);
  if (!files) return std::unexpected(files.error());
  if (!*files) return Found<Folder>(std::unexpected(files->error()));
  Folder out{{}, std::move(**files)};
  auto text = out.files.extract(std::string(kCertificate));
  if (!text) return fail("reading the bundle " + path.string() + ": it has no certificate.json");
  if (!is_shallow(text.mapped())) return Found<Folder>(wrong("certificate.json is nested deeper than any certificate"));
  auto json = parse_json(text.mapped(), "certificate.json");
  if (!json) return Found<Folder>(wrong(json.error().what));
  out.certificate = std::move(*json);
  if (!out.certificate.is_object() || out.certificate.value("digest", Json()) != seal(out.certificate))
    return Found<Folder>(wrong("certificate.json was changed: it does not carry its own digest"));
  if (out.certificate.dump(2) + "\n" != text.mapped()) return Found<Folder>(wrong("certificate.json is not written as its own program writes it"));
  if (auto good = check_digests(out); !good) return Found<Folder>(std::unexpected(good.error()));
  return Found<Folder>(std::move(out));
}

}  // namespace assay::verify::proof
