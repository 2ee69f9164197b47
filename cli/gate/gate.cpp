#include "cli/gate/gate.h"

#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/file.h"
#include "base/json.h"
#include "tasks/task.h"
#include "verify/attest/statement.h"

namespace assay::cli::gate {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostBytes = 1u << 30;
constexpr std::size_t kMostFiles = 200'000;

/// A private copy of a folder, gone at the end.
class Snapshot {
 public:
  static Result<Snapshot> of(const fs::path& folder) {
    std::error_code code;
    std::string name = (fs::temp_directory_path(code) / "assay-gate-XXXXXX").string();
    if (code) return fail("finding a folder for temporary files: " + code.message() + "; set TMPDIR");
    if (mkdtemp(name.data()) == nullptr) return fail(system_error("making the folder " + name));
    Snapshot out(name);
    if (auto copied = out.copy(folder); !copied) return std::unexpected(copied.error());
    return out;
  }
  Snapshot(Snapshot&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Snapshot& operator=(Snapshot&&) = delete;
  ~Snapshot() {
    std::error_code code;
    if (!path_.empty()) fs::remove_all(path_, code);
  }
  const fs::path& path() const { return path_; }

 private:
  explicit Snapshot(fs::path path) : path_(std::move(path)) {}

  /// Regular files and folders only: a link leads to what was not signed, or to something without an end.
  Result<void> copy(const fs::path& folder) {
    std::error_code code;
    std::uintmax_t bytes = 0;
    std::size_t files = 0;
    if (!fs::is_directory(folder, code)) return fail(folder.string() + " is no folder");
    fs::recursive_directory_iterator each(folder, code), end;
    for (; !code && each != end; each.increment(code)) {
      const fs::path to = path_ / each->path().lexically_relative(folder);
      if (++files > kMostFiles) return fail("the bundle " + folder.string() + " has more than " + std::to_string(kMostFiles) + " files");
      if (each->is_symlink(code)) return fail(each->path().string() + " is a link; a bundle holds regular files only");
      else if (each->is_directory(code)) fs::create_directory(to, code);
      else if (!each->is_regular_file(code)) return fail(each->path().string() + " is not a regular file");
      else if ((bytes += each->file_size(code)) > kMostBytes) return fail("the bundle " + folder.string() + " is larger than 1 GiB");
      else fs::copy_file(each->path(), to, code);
    }
    if (code) return fail("reading the bundle " + folder.string() + ": " + code.message());
    return {};
  }

  fs::path path_;
};

class Gate {
 public:
  Gate(const fs::path& folder, const fs::path& copy, const GateOptions& options, verify::proof::CheckTools tools)
      : folder_(folder), copy_(copy), options_(options), tools_(std::move(tools)) {
    out_.folder = folder.string();
  }

  Result<BundleReport> run() {
    check_signature();
    auto certificate = read_json(copy_ / "certificate.json");
    if (!certificate) {
      find("claim", "there is no readable certificate.json: " + shown(certificate.error().what), "certificate.json");
      return out_;
    }
    check_contract(*certificate);
    check_claims(*certificate);
    if (auto checked = check_proof(); !checked) return std::unexpected(checked.error());
    return std::move(out_);
  }

 private:
  void find(std::string rule, std::string message, const std::string& file, int line = 0, bool is_error = true) {
    out_.findings.push_back({std::move(rule), std::move(message), (folder_ / file).generic_string(), line, is_error});
  }
  void pass(std::string sentence) { out_.passed.push_back(std::move(sentence)); }

  // ---- signature and lineage -------------------------------------------------------------------------------------------

  void check_signature() {
    const std::string file(verify::attest::kAttestationFile);
    if (options_.trusted.empty()) return find("signature", "signatures were not asked for (--unsigned)", file, 0, false);
    auto attested = verify::attest::check_signed_bundle(copy_, options_.trusted);
    if (!attested) return find("signature", shown(attested.error().what), file);
    pass("signed by " + attested->signers[0].substr(0, 12) + ", " + std::to_string(attested->statement.subjects.size()) + " files as they were signed");
    if (!options_.after) return;
    if (attested->statement.previous == options_.after) pass("succeeds " + options_.after->short_hex());
    else
      find("lineage", "it succeeds " + (attested->statement.previous ? attested->statement.previous->short_hex() : std::string("nothing")) +
                          ", expected " + options_.after->short_hex(), file);
  }

  /// Messages speak of the folder that was named, not of the copy.
  std::string shown(std::string text) const {
    for (auto at = text.find(copy_.string()); at != std::string::npos; at = text.find(copy_.string()))
      text.replace(at, copy_.string().size(), folder_.string());
    return text;
  }

  // ---- the trusted task ------------------------------------------------------------------------------------------------

  void check_contract(const Json& certificate) {
    auto name = member<std::string>(certificate, "task", "certificate.json");
    if (!name) return find("contract", name.error().what, "certificate.json");
    if (!is_task_name(*name)) return find("contract", "\"task\" is no task's name", "certificate.json");
    if (!options_.task.empty() && *name != options_.task)
      find("contract", "it is a certificate of the task " + *name + ", expected " + options_.task, "certificate.json");
    auto task = tasks::load_task(options_.tasks / *name);
    if (!task) return find("contract", "the trusted task " + (options_.tasks / *name).string() + " cannot be read: " + task.error().what, "certificate.json");
    bool same = compare("policy.h", task->folder / "policy.h");
    same = compare("properties.cpp", task->folder / "properties.cpp") && same;  // both are told of
    auto bound = member<std::uint64_t>(certificate, "instruction_bound", "certificate.json");
    if (!bound || *bound != task->limits.instructions) {
      find("contract", "the instruction bound is not the task's (" + std::to_string(task->limits.instructions) + ")", "certificate.json");
      same = false;
    }
    if (same) pass("contract, properties and bound are those of " + (options_.tasks / *name).string());
  }

  /// One component of a path that leads nowhere else.
  static bool is_task_name(const std::string& name) {
    return !name.empty() && name.size() < 256 && name[0] != '.' && std::ranges::none_of(name, [](unsigned char c) { return c <= ' ' || c == '/' || c == '\\' || c == 0x7f; });
  }

  bool compare(const std::string& file, const fs::path& trusted) {
    std::error_code code;
    const bool here = fs::is_regular_file(fs::symlink_status(copy_ / file, code)), there = fs::exists(trusted, code);
    if (!here && !there) return true;
    if (here && there && read_file(copy_ / file).value_or("") == read_file(trusted).value_or("?")) return true;
    find("contract", file + (here && there ? " is not " : here ? " is there, and the task has no " : " is missing; the task has ") + trusted.string() +
                         "; certify the policy again", file);
    return false;
  }

  // ---- claims and proofs -----------------------------------------------------------------------------------------------

  void check_claims(const Json& certificate) {
    auto claims = member<Json>(certificate, "claims", "certificate.json");
    if (!claims || !claims->is_array() || claims->empty()) return find("claim", "the certificate makes no claim", "certificate.json");
    std::size_t required = 0, proved = 0;
    for (const Json& claim : *claims) {
      const std::string level = text_in(claim, "level", "required");
      const bool gates = level != "preferred" && level != "info";  // whatever else it says
      const bool is_proved = text_in(claim, "verdict", "") == "proved";
      required += gates;
      proved += gates && is_proved;
      if (!is_proved) tell(claim, gates);
    }
    if (required == 0) find("claim", "no claim is required", "certificate.json");
    else if (proved == required) pass(std::to_string(required) + " required claims proved");
  }

  static std::string text_in(const Json& claim, const char* key, const char* fallback) {
    return member_or<std::string>(claim, key, fallback, "a claim").value_or("");
  }

  void tell(const Json& claim, bool gates) {
    const std::string verdict = text_in(claim, "verdict", ""), function = text_in(claim, "function", "");
    const std::string why = verdict == "refuted" ? text_in(claim, "counterexample", "") : text_in(claim, "reason", "");
    find("claim", (function.empty() ? "" : function + ": ") + text_in(claim, "property", "?") + " is " + (verdict.empty() ? "not said" : verdict) +
                      (why.empty() ? "" : ": " + why), "source.cpp", member_or<int>(claim, "line", 0, "a claim").value_or(0), gates);
  }

  Result<void> check_proof() {
    auto report = verify::proof::check(copy_, options_.check, tools_);
    if (!report) {
      find("proof", shown(report.error().what), "certificate.json");
      return {};
    }
    if (!report->problem().empty()) find("proof", shown(report->problem()), "certificate.json");
    else if (report->claims == 0 || report->obligations == 0) find("proof", "nothing was there to check", "certificate.json");
    else if (!report->proved()) find("proof", "it shows what it says, and that is \"" + report->verdict + "\"", "certificate.json");
    else
      pass(std::to_string(report->obligations) + " obligations generated again and discharged in " + std::to_string(report->texts) +
           " texts (" + std::to_string(report->trivial) + " by simplification)");
    return {};
  }

  fs::path folder_, copy_;
  const GateOptions& options_;
  verify::proof::CheckTools tools_;
  BundleReport out_;
};

}  // namespace

Result<BundleReport> gate_bundle(const fs::path& folder, const GateOptions& options, verify::proof::CheckTools tools) {
  const auto began = std::chrono::steady_clock::now();
  auto copy = Snapshot::of(folder);
  if (!copy) {
    BundleReport out;
    out.folder = folder.string();
    out.findings.push_back({"signature", copy.error().what, folder.generic_string(), 0, true});
    return out;
  }
  auto report = Gate(folder, copy->path(), options, std::move(tools)).run();
  if (report) report->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return report;
}

}  // namespace assay::cli::gate
