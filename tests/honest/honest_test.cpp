// No legitimate policy is refused: every file of tests/cases/honest goes through the whole stack, from its text to a
// replayed score and a certificate without a solver.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>

#include "base/file.h"
#include "evaluators/cache/synthetic.h"
#include "evaluators/cache/trace_write.h"
#include "evaluators/domain.h"
#include "tasks/task.h"
#include "verify/certify.h"
#include "verify/toolchain.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

const fs::path kSources = ASSAY_SOURCE_DIR;
constexpr std::size_t kFewest = 30;  ///< policies for each task
const std::vector<std::string> kTasks = {"web_cache", "web_cache_queues"};

fs::path folder_of(const std::string& task) { return kSources / "tests/cases/honest" / task; }

/// Found when the test runs, so that none can be lost. Anything else in the folder is a finding.
std::vector<fs::path> policies_of(const std::string& task) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder_of(task))) {
    EXPECT_EQ(entry.path().extension(), ".cpp") << entry.path();
    paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  return paths;
}

std::string words_of(const Outcome& outcome) {
  std::string words = std::string(name_of(outcome.kind)) + ": " + outcome.detail;
  for (const Diagnostic& each : outcome.diagnostics)
    words += "\n  " + std::to_string(each.line) + ":" + std::to_string(each.column) + ": " + each.message;
  return words;
}

template <class T>
std::string words_of(const Result<Attempt<T>>& step) {
  if (!step) return "error: " + step.error().what;
  return *step ? "ok" : words_of(step->error());
}

std::string copy_of(std::span<const std::byte> bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// The tools of one task, started once, and two short instances: one that counts objects and one that counts bytes.
class HonestPolicies : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    start_tools();
    make_trace();
    load_task(GetParam());
  }
  void TearDown() override { fs::remove_all(folder_); }

  void start_tools() {
    verify::ToolchainOptions options;
    options.deadline = std::chrono::seconds(60);  // a busy machine must not decide what is refused
    auto toolchain = verify::Toolchain::start(options);
    ASSERT_TRUE(toolchain.has_value()) << toolchain.error().what;
    toolchain_ = std::move(*toolchain);
    auto jail = sandbox::RunJail::start();
    ASSERT_TRUE(jail.has_value()) << jail.error().what;
    jail_ = std::move(*jail);
    certifier_ = verify::Certifier::without_solver();
  }

  void make_trace() {
    folder_ = fs::temp_directory_path() / ("assay-honest-" + std::to_string(getpid()));
    fs::create_directories(folder_);
    auto trace = evaluators::cache::window(*evaluators::cache::synthetic_trace("scan_mix"), 0, 0.08);
    ASSERT_TRUE(trace.has_value());
    ASSERT_TRUE(evaluators::cache::write_trace(*trace, folder_ / "t.oracleGeneral", evaluators::cache::WriteFormat::oracle));
  }

  void load_task(const std::string& name) {
    auto task = tasks::load_task(kSources / "tasks" / name);
    ASSERT_TRUE(task.has_value()) << task.error().what;
    task_ = std::move(*task);
    task_.limits.run = std::chrono::seconds(60);
    domain_ = *evaluators::domain_named(task_.domain);
    auto driver = domain_->driver(task_.contract);
    auto properties = verify::properties::load_properties(task_.contract);
    ASSERT_TRUE(driver.has_value() && properties.has_value());
    driver_ = std::move(*driver);
    properties_ = std::move(*properties);
    tasks::Task here = task_;
    here.folder = folder_;
    for (const char* capacity : {R"({"objects": 150})", R"({"bytes": 6000000})"}) {
      const Json settings{{"trace", "t.oracleGeneral"}, {"capacity", Json::parse(capacity)}};
      auto loaded = domain_->load(here, {capacity, tasks::Split::train, settings});
      ASSERT_TRUE(loaded.has_value()) << loaded.error().what;
      instances_.push_back(std::move(*loaded));
    }
  }

  void expect_through_the_stack(const Source& source) {
    auto screened = toolchain_->screen(task_.contract, source);
    ASSERT_TRUE(screened.has_value() && screened->has_value()) << words_of(screened);
    expect_same_again(**screened);
    const auto quick = decisions(**screened, verify::Effort::quick);
    EXPECT_FALSE(quick.empty());
    // Every third: the driver is compiled anew each time.
    if (++policies_ % 3 == 1) EXPECT_TRUE(quick == decisions(**screened, verify::Effort::full)) << "the two efforts decide differently";
    expect_certified(source, **screened);
  }

  /// What was printed for the compiler is in the language too, and is the same policy.
  void expect_same_again(const verify::Screened& screened) {
    auto again = toolchain_->screen(task_.contract, {screened.text(), "emitted"});
    ASSERT_TRUE(again.has_value() && again->has_value()) << words_of(again) << "\n" << screened.text();
    EXPECT_EQ((*again)->ast_digest().hex(), screened.ast_digest().hex());
  }

  /// Of each instance, after two runs and a replay.
  std::vector<std::string> decisions(const verify::Screened& screened, verify::Effort effort) {
    std::vector<std::string> all;
    auto compiled = toolchain_->compile({task_.contract, screened, driver_, effort});
    EXPECT_TRUE(compiled.has_value() && compiled->has_value()) << words_of(compiled);
    if (!compiled || !*compiled) return all;
    for (const auto& instance : instances_) {
      SCOPED_TRACE(instance->name());
      all.push_back(run((*compiled)->binary, *instance));
      EXPECT_TRUE(all.back() == run((*compiled)->binary, *instance)) << "two runs decide differently";
      auto score = instance->score(std::as_bytes(std::span(all.back())));
      EXPECT_TRUE(score.has_value()) << words_of(score.error());
    }
    return all;
  }

  std::string run(const Binary& binary, const evaluators::Instance& instance) {
    auto report = jail_->run(instance.request(binary, std::nullopt));
    EXPECT_TRUE(report.has_value()) << report.error().what;
    if (!report) return {};
    EXPECT_EQ(report->outcome.kind, OutcomeKind::ok) << words_of(report->outcome);
    return copy_of(report->output);
  }

  void expect_certified(const Source& source, const verify::Screened& screened) {
    verify::CertifyOptions options;
    options.instruction_bound = task_.limits.instructions;
    options.use_solver = false;
    options.grade_cells = 0;
    options.properties = &properties_;
    auto certificate = certifier_->certify(task_.name, task_.contract, source, screened, options, *toolchain_, *jail_);
    ASSERT_TRUE(certificate.has_value()) << certificate.error().what;
    EXPECT_GE(certificate->claims.size(), 5 * task_.contract.functions.size() + properties_.properties.size());
    std::map<std::string, int> here;
    for (const verify::Claim& claim : certificate->claims) ++here[count(claim)];
    std::cout << "  " << source.name << ": proved " << here["proved"] << ", unknown " << here["unknown"] << ", refuted "
              << here["refuted"] << std::endl;
  }

  /// Unknown and refuted are answers. That there is no IR to prove, or that a counterexample is none when it runs, is not.
  std::string count(const verify::Claim& claim) {
    const std::string verdict(name_of(claim.verdict));
    ++verdicts_[verdict];
    const auto* unknown = std::get_if<Unknown>(&claim.verdict);
    const std::string reason = unknown != nullptr ? unknown->reason : "";
    for (const char* fault : {"no checked IR", "did not reproduce"})
      EXPECT_FALSE(reason.contains(fault)) << claim.function << " " << claim.property << ": " << reason;
    return verdict;
  }

  std::unique_ptr<verify::Toolchain> toolchain_;
  std::unique_ptr<sandbox::RunJail> jail_;
  std::unique_ptr<verify::Certifier> certifier_;
  fs::path folder_;
  tasks::Task task_;
  const evaluators::Domain* domain_ = nullptr;
  std::string driver_;
  verify::properties::PropertySet properties_;
  std::vector<std::unique_ptr<evaluators::Instance>> instances_;
  std::map<std::string, std::size_t> verdicts_;
  std::size_t policies_ = 0;
};

TEST_P(HonestPolicies, GoThroughTheWholeStack) {
  const auto paths = policies_of(GetParam());
  EXPECT_GE(paths.size(), kFewest);
  for (const fs::path& path : paths) {
    SCOPED_TRACE(path.filename().string());
    auto text = read_file(path);
    ASSERT_TRUE(text.has_value());
    expect_through_the_stack({*text, path.stem().string()});
  }
  std::cout << GetParam() << ": " << paths.size() << " policies; claims";
  for (const auto& [verdict, times] : verdicts_) std::cout << " " << verdict << " " << times;
  std::cout << "\n";
}

INSTANTIATE_TEST_SUITE_P(Tasks, HonestPolicies, ::testing::ValuesIn(kTasks), [](const auto& info) { return info.param; });

TEST(HonestCorpus, SaysInFrontOfEachPolicyWhatItIs) {
  for (const std::string& task : kTasks)
    for (const fs::path& path : policies_of(task)) {
      const std::string text = read_file(path).value_or("");
      EXPECT_TRUE(text.starts_with("// ") || text.starts_with("/* ")) << path;
    }
}

/// An editor or a checkout may change what these files are for.
TEST(HonestCorpus, KeepsItsOddBytes) {
  auto text = [](const char* name) { return read_file(folder_of("web_cache") / (std::string(name) + ".cpp")).value_or(""); };
  EXPECT_TRUE(text("carriage_returns").contains("\r\n"));
  EXPECT_FALSE(text("tabs_and_no_last_newline").ends_with("\n"));
  EXPECT_TRUE(text("tabs_and_no_last_newline").contains("\t"));
  EXPECT_FALSE(text("one_line").contains("\n"));
}

}  // namespace
}  // namespace assay
