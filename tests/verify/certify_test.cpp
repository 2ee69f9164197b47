// Whole certificates: case files against one contract, counterexamples run in the jail, bundles and their digests.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/file.h"
#include "tasks/task.h"
#include "tests/verify/screen_support.h"
#include "verify/certify.h"
#include "verify/certify_replay.h"

namespace assay::verify {
namespace {

struct Expected {
  std::string function, property, verdict;
};

/// "// expect: <function> <property> <verdict>", one a line.
std::vector<Expected> expectations(const std::string& text) {
  std::vector<Expected> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("// expect: ")) {
      Expected expected;
      std::istringstream(line.substr(11)) >> expected.function >> expected.property >> expected.verdict;
      out.push_back(std::move(expected));
    }
  return out;
}

std::string told(const Claim& claim) {
  if (auto* refuted = std::get_if<Refuted>(&claim.verdict)) return "refuted: " + refuted->counterexample;
  if (auto* unknown = std::get_if<Unknown>(&claim.verdict)) return "unknown: " + unknown->reason;
  return "proved";
}

class Certify : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto certifier = Certifier::start();
    auto jail = sandbox::RunJail::start();
    ASSERT_TRUE(certifier.has_value()) << certifier.error().what;
    ASSERT_TRUE(jail.has_value()) << jail.error().what;
    certifier_ = std::move(*certifier);
    jail_ = std::move(*jail);
    toolchain_ = local_toolchain();
  }
  static void TearDownTestSuite() {
    certifier_.reset();
    jail_.reset();
    toolchain_.reset();
  }

  static tasks::Contract case_contract() {
    auto contract = tasks::read_contract(source_dir() / "tests/verify/cases/certify/contract.h");
    EXPECT_TRUE(contract.has_value()) << (contract ? "" : contract.error().what);
    return contract.value_or(tasks::Contract{});
  }

  static std::optional<Screened> screen(const tasks::Contract& contract, const Source& source) {
    auto screened = toolchain_->screen(contract, source);
    EXPECT_TRUE(screened.has_value());
    EXPECT_TRUE(screened->has_value()) << source.name << ": " << screened->error().detail;
    return screened->has_value() ? std::optional(**screened) : std::nullopt;
  }

  static Certificate certify(const tasks::Contract& contract, const Source& source, const CertifyOptions& options = {}) {
    auto screened = screen(contract, source);
    if (!screened) return {};
    auto certificate = certifier_->certify("case", contract, source, *screened, options, *toolchain_, *jail_);
    EXPECT_TRUE(certificate.has_value()) << (certificate ? "" : certificate.error().what);
    return certificate.value_or(Certificate{});
  }

  static const Claim* find(const Certificate& certificate, const std::string& function, const std::string& property) {
    for (const Claim& claim : certificate.claims)
      if (claim.function == function && claim.property == property) return &claim;
    return nullptr;
  }

  static Source decide(const std::string& body) { return {"i64 decide(const View& view, State& state) {\n" + body + "\n}\n"}; }

  static inline std::unique_ptr<Certifier> certifier_;
  static inline std::unique_ptr<sandbox::RunJail> jail_;
  static inline std::unique_ptr<Toolchain> toolchain_;
};

TEST_F(Certify, EveryCaseFileGetsItsVerdicts) {
  auto contract = case_contract();
  int files = 0;
  for (const auto& path : sources_in(source_dir() / "tests/verify/cases/certify")) {
    Source source{text_of(path), path.filename()};
    auto expected = expectations(source.text);
    ASSERT_FALSE(expected.empty()) << path;
    Certificate certificate = certify(contract, source);
    for (const Expected& each : expected) {
      const Claim* claim = find(certificate, each.function, each.property);
      ASSERT_NE(claim, nullptr) << path << " " << each.property;
      EXPECT_EQ(name_of(claim->verdict), each.verdict) << source.name << ", " << each.property << ": " << told(*claim);
      if (auto* proved = std::get_if<Proved>(&claim->verdict)) EXPECT_GT(proved->reached_points, 0u);
    }
    for (const Claim& claim : certificate.claims)
      if (std::holds_alternative<Refuted>(claim.verdict)) EXPECT_TRUE(claim.reproduced) << source.name;
    ++files;
  }
  EXPECT_GE(files, 20);
}

TEST_F(Certify, EveryBaselineOfBothTasksIsProved) {
  for (const char* name : {"web_cache", "web_cache_queues"}) {
    auto task = tasks::load_task(source_dir() / "tasks" / name);
    ASSERT_TRUE(task.has_value()) << task.error().what;
    for (const Source& baseline : task->baselines) {
      CertifyOptions options;
      options.instruction_bound = task->limits.instructions;
      Certificate certificate = certify(task->contract, baseline, options);
      for (const Claim& claim : certificate.claims)
        EXPECT_TRUE(std::holds_alternative<Proved>(claim.verdict)) << name << " " << baseline.name << " " << claim.function << " " << claim.property << ": " << told(claim);
      EXPECT_EQ(name_of(certificate.overall()), "proved");
    }
  }
}

TEST_F(Certify, ARefutationNamesTheLineAndTheInputs) {
  Certificate certificate = certify(case_contract(), decide("  const i64 x = view.small;\n\n  return 10 / (x - 3);"));
  const Claim* claim = find(certificate, "decide", "no_undefined_behaviour");
  ASSERT_TRUE(claim && std::holds_alternative<Refuted>(claim->verdict));
  EXPECT_EQ(claim->line, 4);
  EXPECT_EQ(std::get<Refuted>(claim->verdict).counterexample, "view.small = 3: a division by zero or an overflowing division");
}

TEST_F(Certify, ACounterexampleThatTheCompiledCandidateDoesNotShowIsUnknown) {
  auto contract = case_contract();
  Source safe = decide("  return 1;");
  auto screened = screen(contract, safe);
  auto ir = toolchain_->lower(contract, *screened);
  auto functions = lower::lower_functions((**ir).bitcode, contract);
  const lower::Program& program = *(*functions)[0].program;
  Replayer replayer(contract, *screened, *toolchain_, *jail_);
  for (lower::Property property : {lower::Property::no_undefined_behaviour, lower::Property::output_range, lower::Property::terminates}) {
    ExaminedClaim claim;
    claim.claim.verdict = Refuted{"forged"};
    claim.counterexample = Counterexample{};
    claim.counterexample->inputs = lower::sample_inputs(program, 0)[0];
    claim.counterexample->execution.slots.assign(program.slots.size(), 0);
    claim.counterexample->execution.result = 2000;
    ASSERT_TRUE(replayer.run(0, program, property, claim).has_value());
    ASSERT_TRUE(std::holds_alternative<Unknown>(claim.claim.verdict));
    EXPECT_TRUE(std::get<Unknown>(claim.claim.verdict).reason.starts_with("counterexample did not reproduce"));
    EXPECT_FALSE(claim.claim.reproduced);
  }
}

TEST_F(Certify, TheInterpreterAnswersWhatTheCompiledCandidateAnswers) {
  auto contract = case_contract();
  Source source = decide("  state.ring[view.small & 3] = clamp(view.offset * 3 - state.level, 0, 255);\n"
                         "  state.flag = view.ghost && view.hits > view.size;\n"
                         "  i64 sum = log2_floor(view.hits) + (view.small ^ view.counts[1]) % 7;\n"
                         "  for (i64 i = 0; i < 4; i += 1) sum += (view.counts[i] - state.level) / (state.ring[i] + 1) >> 1;\n"
                         "  return clamp(sum, 0, 1000);");
  auto screened = screen(contract, source);
  auto ir = toolchain_->lower(contract, *screened);
  auto functions = lower::lower_functions((**ir).bitcode, contract);
  ASSERT_TRUE((*functions)[0].program.has_value()) << (*functions)[0].program.error().what;
  const lower::Program& program = *(*functions)[0].program;
  Replayer replayer(contract, *screened, *toolchain_, *jail_);
  for (const lower::Inputs& inputs : lower::sample_inputs(program, 60)) {
    ExaminedClaim claim;
    claim.claim.verdict = Refuted{"compared"};
    claim.counterexample = Counterexample{inputs, lower::interpret(program, inputs, kEndless)};
    ASSERT_EQ(claim.counterexample->execution.stop, lower::Stop::returned);
    ASSERT_TRUE(replayer.run(0, program, lower::Property::output_range, claim).has_value());
    EXPECT_TRUE(claim.claim.reproduced) << told(claim.claim);
  }
}

TEST_F(Certify, ATightInstructionBoundTurnsAProofIntoARefutation) {
  Source source = decide("  i64 sum = 0;\n  for (i64 i = 0; i < view.small; i += 1) sum += 3;\n  return min(sum, 1000);");
  auto verdict = [&](std::uint64_t bound) {
    CertifyOptions options;
    options.instruction_bound = bound;
    return std::string(name_of(find(certify(case_contract(), source, options), "decide", "terminates")->verdict));
  };
  EXPECT_EQ(verdict(10000), "proved");
  EXPECT_EQ(verdict(1000), "refuted");
}

TEST(CertificateOverall, NeedsAClaimAndAWitnessForEachProof) {
  Certificate certificate;
  EXPECT_EQ(name_of(certificate.overall()), "unknown");
  certificate.claims.push_back({.function = "f", .property = "p", .verdict = Proved{0}, .witness = "{}"});
  EXPECT_EQ(name_of(certificate.overall()), "unknown");
  certificate.claims[0].verdict = Proved{1};
  EXPECT_EQ(name_of(certificate.overall()), "proved");
  certificate.claims.push_back({.function = "f", .property = "q", .verdict = Unknown{"timeout"}, .witness = ""});
  EXPECT_EQ(name_of(certificate.overall()), "unknown");
  certificate.claims.push_back({.function = "f", .property = "r", .verdict = Refuted{"x"}, .witness = ""});
  EXPECT_EQ(name_of(certificate.overall()), "refuted");
}

// ---- bundles ---------------------------------------------------------------------------------------------------------

class Bundle : public Certify {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("assay-bundle-" + std::to_string(getpid()));
    std::filesystem::remove_all(folder_);
    write(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::filesystem::path& folder) {
    auto contract = case_contract();
    Source source{text_of(source_dir() / "tests/verify/cases/certify/product_over_integers.cpp")};
    auto screened = screen(contract, source);
    auto ir = toolchain_->lower(contract, *screened);
    auto written = write_bundle(certify(contract, source), contract, source, *screened, **ir, folder);
    ASSERT_TRUE(written.has_value()) << written.error().what;
  }

  static std::map<std::string, std::string> files(const std::filesystem::path& folder) {
    std::map<std::string, std::string> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
      if (entry.is_regular_file()) out[std::filesystem::relative(entry.path(), folder)] = text_of(entry.path());
    return out;
  }

  std::filesystem::path folder_;
};

TEST_F(Bundle, IsWrittenByteForByteTheSameAgain) {
  auto again = folder_.string() + "-again";
  write(again);
  EXPECT_EQ(files(folder_), files(again));
  EXPECT_TRUE(files(folder_).contains("obligations/0001.smt2"));
  EXPECT_TRUE(check_bundle(folder_).has_value());
  std::filesystem::remove_all(again);
}

TEST_F(Bundle, EveryChangedFileIsNoticed) {
  for (const auto& [name, text] : files(folder_)) {
    std::string changed = text;
    changed[changed.size() / 2] ^= 1;
    ASSERT_TRUE(write_file(folder_ / name, changed).has_value());
    EXPECT_FALSE(check_bundle(folder_).has_value()) << name;
    ASSERT_TRUE(write_file(folder_ / name, text).has_value());
    EXPECT_TRUE(check_bundle(folder_).has_value()) << name;
  }
}

TEST_F(Bundle, AClaimEditedWithItsSealRenewedStillBreaksTheObligationsDigest) {
  auto json = read_json(folder_ / "certificate.json");
  (*json)["claims"][0]["verdict"] = "refuted";
  json->erase("digest");
  (*json)["digest"] = sha256(json->dump()).hex();
  ASSERT_TRUE(write_file(folder_ / "certificate.json", json->dump(2) + "\n").has_value());
  auto checked = check_bundle(folder_);
  ASSERT_FALSE(checked.has_value());
  EXPECT_NE(checked.error().what.find("obligations"), std::string::npos);
}

TEST_F(Bundle, AMissingObligationIsAnError) {
  std::filesystem::remove(folder_ / "obligations/0001.smt2");
  EXPECT_FALSE(check_bundle(folder_).has_value());
}

TEST_F(Bundle, NamesNoTimeAndNoPathOfThisMachine) {
  for (const auto& [name, text] : files(folder_))
    if (name != "policy.bc") EXPECT_EQ(text.find(source_dir().string()), std::string::npos) << name;
}

}  // namespace
}  // namespace assay::verify
