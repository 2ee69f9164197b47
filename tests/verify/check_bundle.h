#pragma once
// Bundles in a folder, honest ones and forged ones, and the check of a stranger over them.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

#include "base/file.h"
#include "tasks/task.h"
#include "tests/verify/screen_support.h"
#include "verify/certify.h"
#include "verify/proof/check.h"
#include "verify/proof/proof_file.h"

namespace assay::verify::proof {

namespace fs = std::filesystem;

/// Answers what it answered before: a forger does not change the candidate.
class RememberingWorker : public LocalWorker {
 public:
  Result<sandbox::WorkerReply> call(std::string_view request, std::chrono::milliseconds deadline) override {
    auto known = known_.find(std::string(request));
    if (known != known_.end()) return known->second;
    auto reply = LocalWorker::call(request, deadline);
    if (reply) known_[std::string(request)] = *reply;
    return reply;
  }

 private:
  std::map<std::string, sandbox::WorkerReply> known_;
};

/// In this process, and only once for each text.
class Remembering : public smt::Solver {
 public:
  explicit Remembering(smt::Answer (*solve)(const std::string&, std::uint64_t)) : solve_(solve) {}
  Result<smt::Answer> ask(const std::string& text, std::uint64_t effort, std::chrono::milliseconds) override {
    auto [at, is_new] = known_.try_emplace(text);
    if (is_new) at->second = solve_(text, effort);
    return at->second;
  }

 private:
  smt::Answer (*solve_)(const std::string&, std::uint64_t);
  std::map<std::string, smt::Answer> known_;
};

using Files = std::map<std::string, std::string>;

inline Files read_all(const fs::path& folder) {
  Files out;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) out[fs::relative(entry.path(), folder)] = text_of(entry.path());
  return out;
}

class CheckBundle : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto certifier = Certifier::start();
    auto jail = sandbox::RunJail::start();
    ASSERT_TRUE(certifier.has_value()) << certifier.error().what;
    ASSERT_TRUE(jail.has_value()) << jail.error().what;
    certifier_ = std::move(*certifier), jail_ = std::move(*jail);
    toolchain_ = Toolchain::over(std::make_unique<RememberingWorker>());
    z3_ = std::make_unique<Remembering>(smt::solve_here);
    cvc5_ = std::make_unique<Remembering>(smt::solve_with_cvc5);
  }
  static void TearDownTestSuite() {
    certifier_.reset(), jail_.reset(), toolchain_.reset(), z3_.reset(), cvc5_.reset();
  }

  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("assay-check-" + std::to_string(getpid()));
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  static tasks::Contract case_contract() {
    auto contract = tasks::read_contract(source_dir() / "tests/verify/cases/certify/contract.h");
    EXPECT_TRUE(contract.has_value());
    return contract.value_or(tasks::Contract{});
  }

  /// The bundle of a policy, in memory.
  Files bundle(const tasks::Contract& contract, const Source& source, std::uint64_t bound = 4096) {
    CertifyOptions options;
    options.instruction_bound = bound;
    auto screened = toolchain_->screen(contract, source);
    EXPECT_TRUE(screened && *screened) << source.name;
    auto ir = toolchain_->lower(contract, **screened);
    auto certificate = certifier_->certify("case", contract, source, **screened, options, *toolchain_, *jail_);
    auto proofs = certifier_->prove(contract, **screened, **ir, *certificate, options, *toolchain_);
    EXPECT_TRUE(certificate && proofs);
    auto written = write_bundle(*certificate, contract, source, **screened, **ir, folder_, {*proofs, ""});
    EXPECT_TRUE(written.has_value()) << written.error().what;
    return lies_there_ = read_all(folder_);
  }

  static Source decide(const std::string& body) { return {"i64 decide(const View& view, State& state) {\n" + body + "\n}\n", "case"}; }

  CheckReport check_folder() {
    CheckTools tools{*toolchain_, {{"z3", z3_.get()}, {"cvc5", cvc5_.get()}}};
    auto report = check(folder_, {}, tools);
    EXPECT_TRUE(report.has_value()) << (report ? "" : report.error().what);
    return report.value_or(CheckReport{});
  }

  /// As it was, but for some files, with every digest made anew.
  CheckReport check_forged(const Files& honest, const Files& changed, std::function<void(Json&)> edit = [](Json&) {}) {
    Files forged = honest;
    for (const auto& [name, text] : changed) forged[name] = text;
    Json certificate = Json::parse(forged["certificate.json"]);
    edit(certificate);
    for (auto& [name, text] : forged)
      if (certificate.contains("files") && name != "certificate.json") certificate["files"][name] = sha256(text).hex();
    certificate.erase("digest");
    certificate["digest"] = sha256(certificate.dump()).hex();
    forged["certificate.json"] = certificate.dump(2) + "\n";
    lay(forged);
    return check_folder();
  }

  /// Only what differs from what lies there is written: a sync for each file would take most of the time.
  void lay(const Files& files) {
    for (const auto& [name, text] : lies_there_)
      if (!files.contains(name)) fs::remove(folder_ / name);
    for (const auto& [name, text] : files) {
      auto before = lies_there_.find(name);
      if (before != lies_there_.end() && before->second == text) continue;
      fs::create_directories((folder_ / name).parent_path());
      std::ofstream(folder_ / name, std::ios::binary) << text;
    }
    lies_there_ = files;
  }

  fs::path folder_;
  Files lies_there_;
  static inline std::unique_ptr<Certifier> certifier_;
  static inline std::unique_ptr<sandbox::RunJail> jail_;
  static inline std::unique_ptr<Toolchain> toolchain_;
  static inline std::unique_ptr<Remembering> z3_, cvc5_;
};

inline constexpr const char* kLoop = "  i64 sum = 0;\n  for (i64 i = 0; i < 2; i += 1) {\n    sum += view.counts[i] > view.small ? 2 : i;\n  }\n"
                              "  state.ring[view.small & 3] = clamp(sum, 0, 9);\n  return clamp(sum, 0, 1000);";

inline tasks::Contract corpus_contract(const std::string& name) {
  auto contract = tasks::read_contract(source_dir() / ("tests/cases/verify/contracts/" + name + ".h"));
  EXPECT_TRUE(contract.has_value());
  return contract.value_or(tasks::Contract{});
}

inline Source corpus_case(const std::string& name) { return {text_of(source_dir() / ("tests/cases/verify/" + name + ".cpp")), name}; }

}  // namespace assay::verify::proof
