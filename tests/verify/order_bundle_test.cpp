// A bundle whose claims rest on counting: a stranger counts again, and what was forged is refused.

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "tests/verify/order_support.h"
#include "verify/proof/check.h"

namespace assay::verify {
namespace {

namespace fs = std::filesystem;

class OrderBundle : public Orders {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("assay-order-" + std::to_string(getpid()));
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// Solvers are given no time: both properties are counted.
  Certificate bundle(const Source& source) {
    const auto contract = order_contract(9, 9);
    const auto set = order_properties(contract);
    const auto chosen = options(set, 1);
    auto certificate = certified(contract, set, source, chosen);
    const Screened policy = screened(contract, source);
    auto ir = toolchain_->lower(contract, policy);
    auto proofs = certifier_->prove(contract, policy, **ir, certificate, chosen, *toolchain_, jail_.get());
    EXPECT_TRUE(proofs.has_value()) << proofs.error().what;
    auto written = write_bundle(certificate, contract, source, policy, **ir, folder_, {*proofs, set.text});
    EXPECT_TRUE(written.has_value()) << written.error().what;
    return certificate;
  }

  proof::CheckReport check_folder() {
    static proof::Remembering solver(smt::solve_here);
    auto report = proof::check(folder_, {}, {*toolchain_, {{"z3", &solver}}});
    EXPECT_TRUE(report.has_value()) << (report ? "" : report.error().what);
    return report.value_or(proof::CheckReport{});
  }

  /// With every digest made anew.
  std::string problem_with(const std::function<void(Json&)>& edit) {
    const std::string before = text_of(folder_ / "certificate.json");
    Json certificate = Json::parse(before);
    edit(certificate);
    certificate.erase("digest");
    certificate["digest"] = sha256(certificate.dump()).hex();
    std::ofstream(folder_ / "certificate.json", std::ios::binary) << certificate.dump(2) + "\n";
    const std::string problem = check_folder().problem();
    std::ofstream(folder_ / "certificate.json", std::ios::binary) << before;
    return problem;
  }

  static Json& claim(Json& certificate, const std::string& property) {
    for (Json& each : certificate["claims"])
      if (each["property"] == property) return each;
    throw std::runtime_error(property);
  }

  fs::path folder_;
};

TEST_F(OrderBundle, SaysWhatWasCountedAndAStrangerCountsAgain) {
  const auto certificate = bundle(baseline("grouped"));
  for (const char* property : {"in_grid", "each_tile_once"}) {
    const Claim& claim = claim_of(certificate, property);
    ASSERT_TRUE(claim.counted.has_value()) << told(claim);
    EXPECT_EQ(claim.counted->places, 45u * 45);
    EXPECT_EQ(claim.score(), 1);
  }
  EXPECT_TRUE(std::holds_alternative<Proved>(certificate.overall()));
  const auto report = check_folder();
  EXPECT_TRUE(report.proved()) << report.problem();
  EXPECT_EQ(report.places, 2u * 45 * 45);
  EXPECT_TRUE(check_bundle(folder_).has_value());
}

TEST_F(OrderBundle, ForgedCountsAreRefused) {
  bundle(baseline("snake"));
  const std::string once = "each_tile_once";
  EXPECT_EQ(problem_with([](Json&) {}), "");
  for (const char* key : {"places", "tables", "assignments"})
    EXPECT_TRUE(problem_with([&](Json& json) { claim(json, once)["counted"][key] = 7; }).contains("is not what the tables come to")) << key;
  EXPECT_TRUE(problem_with([&](Json& json) { claim(json, once)["counted"]["codes"] = sha256("x").hex(); }).contains("is not what the tables come to"));
  EXPECT_EQ(problem_with([&](Json& json) { claim(json, once)["counted"]["code"] = sha256("x").hex(); }), "") << "the image of another build wrote the same tables";
  EXPECT_TRUE(problem_with([&](Json& json) { claim(json, once)["counted"]["unread"] = {"grid.causal"}; }).contains("is not what the tables come to"));
  EXPECT_TRUE(problem_with([&](Json& json) { claim(json, once)["counted"]["more"] = 1; }).contains("is no count"));
  EXPECT_TRUE(problem_with([&](Json& json) { claim(json, once)["counted"] = "all"; }).contains("is no count"));
  EXPECT_TRUE(problem_with([&](Json& json) { claim(json, once).erase("counted"); }).contains("no proof in the bundle shows it"));
  EXPECT_TRUE(problem_with([&](Json& json) { claim(json, "terminates")["counted"] = claim(json, once)["counted"]; }).contains("belongs to no property"));
  EXPECT_TRUE(problem_with([&](Json& json) { claim(json, once)["verdict"] = "unknown"; }).contains("belongs to no property"));
}

TEST_F(OrderBundle, ACountNeedsTheFunctionsProofs) {
  bundle(baseline("row_major"));
  Json certificate = Json::parse(text_of(folder_ / "certificate.json"));
  std::vector<std::string> gone;
  for (const auto& [name, digest] : certificate["files"].items())
    if (name == "proof/row.json" || name.starts_with("obligations/row/")) gone.push_back(name);
  ASSERT_FALSE(gone.empty());
  for (const std::string& name : gone) fs::remove(folder_ / name);
  const std::string problem = problem_with([&](Json& json) {
    for (const std::string& name : gone) json["files"].erase(name);
  });
  EXPECT_TRUE(problem.contains("rests on row being safe")) << problem;
}

TEST_F(OrderBundle, AFaultNamesItsTableAndTheIds) {
  const auto contract = order_contract(9, 9);
  const auto set = order_properties(contract);
  const auto found = counted(contract, set, order("return id / columns;", "return rows == 9 && id == 1 && columns > 1 ? 0 : id % columns;"), kEachTileOnce);
  const auto* fault = std::get_if<table::Fault>(&found);
  ASSERT_NE(fault, nullptr);
  EXPECT_EQ(fault->rows, 9);
  EXPECT_EQ(fault->columns, 2);
  EXPECT_EQ(fault->first, 0);
  EXPECT_EQ(fault->second, 1);
  EXPECT_EQ(fault->chosen, (std::vector<std::pair<std::string, std::int64_t>>{{"grid.rows", 9}, {"grid.columns", 2}, {"grid.causal", 0}}));
}

}  // namespace
}  // namespace assay::verify
