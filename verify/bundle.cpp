// The certificate as files: JSON beside everything that its digests name.

#include <array>
#include <system_error>

#include "base/failpoint.h"
#include "base/file.h"
#include "base/json.h"
#include "verify/certify.h"

namespace assay::verify {
namespace {

constexpr int kVersion = 1;

Json to_json(const Grade& grade) {
  Json out{{"cells", grade.cells}, {"proved", grade.proved}, {"refuted", grade.refuted}, {"witnesses", Json::array()}};
  for (const std::string& witness : grade.witnesses) out["witnesses"].push_back(Json::parse(witness, nullptr, false));
  return out;
}

Json to_json(const std::vector<TraceStep>& trace) {
  Json out = Json::array();
  for (const TraceStep& step : trace) out.push_back({{"line", step.line}, {"variable", step.name}, {"value", step.value}});
  return out;
}

void add_refutation(Json& out, const Claim& claim) {
  out["counterexample"] = std::get<Refuted>(claim.verdict).counterexample;
  out["reproduced"] = claim.reproduced;
  out["line"] = claim.line;
  if (!claim.witness.empty()) out["inputs"] = Json::parse(claim.witness, nullptr, false);
  out["runs"] = {{"checked", claim.checked_run}, {"optimised", claim.optimised_run}};
  if (!claim.trace.empty()) out["trace"] = to_json(claim.trace);
}

Json to_json(const Claim& claim) {
  Json out{{"function", claim.function}, {"property", claim.property}, {"level", properties::name_of(claim.level)},
           {"verdict", name_of(claim.verdict)}, {"score", claim.score()},
           {"obligations", {{"intervals", claim.by_intervals}, {"solver", claim.by_solver}}}};
  if (claim.grade.cells > 0) out["grade"] = to_json(claim.grade);
  if (auto* proved = std::get_if<Proved>(&claim.verdict)) {
    out["reached_points"] = proved->reached_points;
    out["witness"] = Json::parse(claim.witness, nullptr, false);
    if (claim.counted) out["counted"] = table::to_json(*claim.counted);
  } else if (std::holds_alternative<Refuted>(claim.verdict)) {
    add_refutation(out, claim);
  } else {
    out["reason"] = std::get<Unknown>(claim.verdict).reason;
  }
  return out;
}

/// Of everything in the certificate but this digest itself.
std::string seal(Json certificate) {
  certificate.erase("digest");
  return sha256(certificate.dump()).hex();
}

std::string obligation_name(std::size_t index) {
  std::string number = std::to_string(index + 1);
  return "obligations/" + std::string(4 - std::min<std::size_t>(4, number.size()), '0') + number + ".smt2";
}

using File = proof::BundleFile;

Result<void> write_all(const std::filesystem::path& folder, const std::vector<File>& files) {
  std::error_code code;
  for (const char* earlier : {"obligations", "proof", "properties.cpp", "attestation.dsse.json"}) std::filesystem::remove_all(folder / earlier, code);
  for (const File& file : files) {
    std::filesystem::create_directories((folder / file.name).parent_path(), code);
    if (code) return fail("writing the bundle " + folder.string() + ": " + code.message());
    failpoint("bundle.before_file");
    if (auto written = write_file(folder / file.name, file.text); !written) return written;
  }
  return {};
}

/// Expects `text` under the digest that the certificate gives as `key`.
Result<void> expect_digest(const Json& certificate, const std::string& key, const std::string& text, const std::string& file) {
  auto wanted = member<std::string>(certificate, key, "certificate.json");
  if (!wanted) return std::unexpected(wanted.error());
  if (*wanted == sha256(text).hex()) return {};
  return fail("the bundle was changed: " + file + " is not what certificate.json names as \"" + key + "\"");
}

std::optional<properties::Level> level_named(const std::string& name) {
  for (auto level : {properties::Level::required, properties::Level::preferred, properties::Level::info})
    if (properties::name_of(level) == name) return level;
  return std::nullopt;
}

Result<void> check_obligations(const Json& certificate, const std::filesystem::path& folder) {
  auto claims = member<Json>(certificate, "claims", "certificate.json");
  auto count = member<std::size_t>(certificate, "queries", "certificate.json");
  auto wanted = member<std::string>(certificate, "obligations", "certificate.json");
  for (const auto* missing : {claims ? nullptr : &claims.error(), count ? nullptr : &count.error(), wanted ? nullptr : &wanted.error()})
    if (missing != nullptr) return std::unexpected(*missing);
  Certificate listed;
  for (const Json& each : *claims) {
    Claim claim;
    auto counts = member<Json>(each, "obligations", "a claim");
    auto verdict = member<std::string>(each, "verdict", "a claim");
    if (!counts || !verdict) return fail("certificate.json: a claim without its verdict or its obligations");
    claim.function = member_or<std::string>(each, "function", "", "a claim").value_or("");
    claim.property = member_or<std::string>(each, "property", "", "a claim").value_or("");
    auto level = level_named(member_or<std::string>(each, "level", "", "a claim").value_or(""));
    if (!level) return fail("certificate.json: a claim whose \"level\" is not required, preferred or info");
    claim.level = *level;
    claim.verdict = *verdict == "proved" ? Verdict(Proved{}) : *verdict == "refuted" ? Verdict(Refuted{}) : Verdict(Unknown{});
    claim.by_intervals = member_or<std::uint64_t>(*counts, "intervals", 0, "a claim").value_or(0);
    claim.by_solver = member_or<std::uint64_t>(*counts, "solver", 0, "a claim").value_or(0);
    listed.claims.push_back(std::move(claim));
  }
  for (std::size_t i = 0; i < *count; ++i) {
    auto text = read_file(folder / obligation_name(i));
    if (!text) return std::unexpected(text.error());
    listed.smt2.push_back(std::move(*text));
  }
  if (listed.obligations_digest().hex() == *wanted) return {};
  return fail("the bundle was changed: claims or obligations are not what certificate.json names as \"obligations\"");
}

}  // namespace

Json to_json(const Certificate& certificate) {
  Json claims = Json::array();
  for (const Claim& claim : certificate.claims) claims.push_back(to_json(claim));
  Json out{{"version", kVersion},
           {"task", certificate.task},
           {"source", certificate.source.hex()},
           {"ast", certificate.ast.hex()},
           {"contract", certificate.contract.hex()},
           {"ir", certificate.ir.hex()},
           {"toolchain", certificate.toolchain.hex()},
           {"obligations", certificate.obligations.hex()},
           {"queries", certificate.smt2.size()},
           {"instruction_bound", certificate.instruction_bound},
           {"verdict", name_of(certificate.overall())},
           {"score", certificate.score()},
           {"claims", std::move(claims)}};
  if (certificate.properties) out["properties"] = certificate.properties->hex();
  out["digest"] = seal(out);
  return out;
}

Json to_json(const EngineTimes& times) {
  auto ms = [](std::chrono::nanoseconds time) { return std::chrono::duration<double, std::milli>(time).count(); };
  return {{"clang", ms(times.clang)}, {"lower", ms(times.lower)}, {"trials", ms(times.trials)}, {"intervals", ms(times.intervals)},
          {"solver", ms(times.solver)}, {"grade", ms(times.grade)}, {"replay", ms(times.replay)}, {"counting", ms(times.counting)}};
}

Result<void> write_bundle(const Certificate& certificate, const tasks::Contract& contract, const Source& source,
                          const Screened& screened, const CheckedIr& ir, const std::filesystem::path& folder,
                          const BundleExtras& extras) {
  if (sha256(source.text) != certificate.source || ir.digest != certificate.ir)
    return fail("writing the bundle " + folder.string() + ": source or IR is not what the certificate is about");
  Json json = to_json(certificate);
  json["emitted"] = sha256(screened.text()).hex();
  json["policy_header"] = sha256(contract.text).hex();
  json["bitcode"] = sha256(ir.bitcode).hex();
  std::vector<File> files{{"source.cpp", source.text}, {"emitted.cpp", screened.text()}, {"policy.h", contract.text}, {"policy.bc", ir.bitcode}};
  if (certificate.properties) files.push_back({"properties.cpp", extras.properties});
  for (std::size_t i = 0; i < certificate.smt2.size(); ++i) files.push_back({obligation_name(i), certificate.smt2[i]});
  files.insert(files.end(), extras.proofs.begin(), extras.proofs.end());
  json["files"] = Json::object();
  for (const File& file : files) json["files"][file.name] = sha256(file.text).hex();
  json["digest"] = seal(json);
  files.push_back({"certificate.json", json.dump(2) + "\n"});
  return write_all(folder, files);
}

Result<void> check_bundle(const std::filesystem::path& folder) {
  auto certificate = read_json(folder / "certificate.json");
  if (!certificate) return std::unexpected(certificate.error());
  auto digest = member<std::string>(*certificate, "digest", "certificate.json");
  if (!digest) return std::unexpected(digest.error());
  if (seal(*certificate) != *digest) return fail("the bundle was changed: certificate.json does not carry its own digest");
  constexpr std::array<std::array<const char*, 2>, 4> kFiles{
      {{"source.cpp", "source"}, {"emitted.cpp", "emitted"}, {"policy.h", "policy_header"}, {"policy.bc", "bitcode"}}};
  for (auto [file, key] : kFiles) {
    auto text = read_file(folder / file);
    if (!text) return std::unexpected(text.error());
    if (auto same = expect_digest(*certificate, key, *text, file); !same) return same;
  }
  auto listed = member_or<Json>(*certificate, "files", Json::object(), "certificate.json");
  if (!listed) return std::unexpected(listed.error());
  for (const auto& [name, digest] : listed->items()) {
    auto text = read_file(folder / name);
    if (!text) return std::unexpected(text.error());
    if (digest != sha256(*text).hex()) return fail("the bundle was changed: " + name + " is not what certificate.json names");
  }
  return check_obligations(*certificate, folder);
}

}  // namespace assay::verify
