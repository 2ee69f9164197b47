// Policies of congestion control, honest and hostile, from text to score through the real compiler and the real jail; and drivers that
// forge what they write, as code would that has got past every screen.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <functional>

#include "evaluators/domain.h"
#include "tasks/task.h"
#include "verify/toolchain.h"

namespace assay {
namespace {

using evaluators::Instance;

/// One toolchain and one jail for all: drivers are compiled once.
class CongestionTask : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto toolchain = verify::Toolchain::start({.deadline = std::chrono::milliseconds(20'000)});  // a busy machine decides nothing here
    ASSERT_TRUE(toolchain) << toolchain.error().what;
    auto jail = sandbox::RunJail::start();
    ASSERT_TRUE(jail) << jail.error().what;
    auto task = tasks::load_task(std::filesystem::path(ASSAY_SOURCE_DIR) / "tasks/congestion_control");
    ASSERT_TRUE(task) << task.error().what;
    toolchain_ = std::move(*toolchain), jail_ = std::move(*jail), task_ = new tasks::Task(std::move(*task));
  }
  static void TearDownTestSuite() {
    toolchain_.reset(), jail_.reset();
    delete task_;
    task_ = nullptr;
  }
  void SetUp() override { ASSERT_NE(task_, nullptr); }

  static const evaluators::Domain& domain() { return **evaluators::domain_named("congestion"); }

  static std::unique_ptr<Instance> instance(const std::string& settings) {
    auto loaded = domain().load(*task_, {"test", tasks::Split::train, Json::parse(settings)});
    EXPECT_TRUE(loaded) << loaded.error().what;
    return std::move(*loaded);
  }

  static Attempt<Binary> build(const Source& source, verify::Effort effort, const std::function<void(std::string&)>& change_driver) {
    auto screened = toolchain_->screen(task_->contract, source);
    if (!screened) throw std::runtime_error(screened.error().what);
    if (!*screened) return std::unexpected(screened->error());
    std::string driver = *domain().driver(task_->contract);
    if (change_driver) change_driver(driver);
    auto compiled = toolchain_->compile({task_->contract, **screened, driver, effort});
    if (!compiled) throw std::runtime_error(compiled.error().what);
    if (!*compiled) return std::unexpected(compiled->error());
    return std::move((*compiled)->binary);
  }

  static Binary built(const Source& source, verify::Effort effort = verify::Effort::quick, const std::function<void(std::string&)>& change_driver = {}) {
    auto binary = build(source, effort, change_driver);
    if (!binary) throw std::runtime_error(source.name + ": " + binary.error().detail);
    return std::move(*binary);
  }

  static Source baseline(const std::string& name) {
    const auto found = std::ranges::find(task_->baselines, name, &Source::name);
    if (found == task_->baselines.end()) throw std::runtime_error("no baseline " + name);
    return *found;
  }

  static evaluators::Evaluation evaluated(const Binary& binary, const Instance& on) {
    auto evaluation = evaluators::evaluate(*jail_, binary, on);
    if (!evaluation) throw std::runtime_error(evaluation.error().what);
    return std::move(*evaluation);
  }

  static inline std::unique_ptr<verify::Toolchain> toolchain_;
  static inline std::unique_ptr<sandbox::RunJail> jail_;
  static inline tasks::Task* task_ = nullptr;
};

const std::string kShort = R"({"link": {"mbps": 12}, "delay_ms": 20, "queue": {"packets": 40}, "loss": 0.002, "seconds": 3})";
/// Two flows, a tenth of a million events: several blocks of decisions.
const std::string kLong = R"({"link": {"mbps": 200}, "delay_ms": 5, "queue": {"packets": 100}, "seconds": 6, "flows": [{}, {"start_s": 1}]})";

/// As a search runs them and as a campaign ends: one stream of decisions, and the score of the native twin.
TEST_F(CongestionTask, HonestBaselinesScoreAsTheirNativeTwins) {
  std::vector<std::unique_ptr<Instance>> instances;
  for (const auto& spec : task_->split(tasks::Split::train)) instances.push_back(std::move(*domain().load(*task_, spec)));
  instances.push_back(instance(kLong));
  for (const std::string name : {"reno", "cubic", "vegas"}) {
    const Binary quick = built(baseline(name)), full = built(baseline(name), verify::Effort::full);
    EXPECT_NE(quick.digest(), full.digest());
    for (const auto& each : instances) {
      const auto evaluation = evaluated(quick, *each), again = evaluated(full, *each);
      ASSERT_TRUE(evaluation.score && again.score) << name << " on " << each->name() << ": " << evaluation.outcome.detail << again.outcome.detail;
      EXPECT_EQ(evaluation.score->metrics, each->baseline(name)->metrics) << name << " on " << each->name();
      EXPECT_EQ(evaluation.decisions, again.decisions) << name << " on " << each->name();
    }
  }
}

/// The driver as it is, and then what it wrote is changed as the arguments say: [kind, at], words.
void forge(std::string& driver) {
  const std::string entry = "extern \"C\" u64 assay_entry(";
  const auto at = driver.find(entry);
  if (at == std::string::npos) throw std::runtime_error("the driver has no entry where the test looks for it");
  driver.replace(at, entry.size(), "static u64 honest_entry(");
  driver += R"(
extern "C" u64 assay_entry(const AssayRun* run) {
  const u64 bytes = honest_entry(run);
  const unsigned* what = reinterpret_cast<const unsigned*>(run->arguments);
  unsigned* words = reinterpret_cast<unsigned*>(run->output);
  if (run->arguments_bytes != 8) return bytes;
  if (what[0] == 0) return bytes - what[1];
  if (what[0] == 1) { words[bytes / 4] = what[1]; return bytes + 4; }
  if (what[0] == 2) { words[0] = what[1]; return bytes; }
  if (what[0] == 3) { words[100] = what[1]; return bytes; }
  for (u64 i = bytes / 4; i > 101; --i) words[i] = words[i - 1];
  words[100] |= 0x80000000u;
  words[101] = what[1];
  return bytes + 4;
}
)";
}

class CongestionForgery : public CongestionTask {
 protected:
  std::string words(std::uint32_t kind, std::uint32_t word) {
    auto request = instance_->request(binary_, std::nullopt);
    request.arguments.resize(8);
    std::memcpy(request.arguments.data(), &kind, 4);
    std::memcpy(request.arguments.data() + 4, &word, 4);
    const auto report = jail_->run(request);
    if (!report) return report.error().what;
    if (report->outcome.kind != OutcomeKind::ok) return "the run: " + report->outcome.detail;
    const auto score = instance_->score(report->output);
    return score ? "a score" : std::string(name_of(score.error().kind)) + ": " + score.error().detail;
  }

  std::unique_ptr<Instance> instance_ = instance(kShort);
  Binary binary_ = built(baseline("reno"), verify::Effort::quick, forge);
};

TEST_F(CongestionForgery, EachIsAViolationThatNamesTheEvent) {
  ASSERT_EQ(words(0, 0), "a score");
  EXPECT_EQ(words(0, 1), "protocol_violation: the decisions are no whole number of words");
  EXPECT_TRUE(words(0, 4).starts_with("protocol_violation: event ")) << words(0, 4);
  EXPECT_TRUE(words(0, 4).ends_with("the decisions end although a window is needed")) << words(0, 4);
  EXPECT_EQ(words(1, 10), "protocol_violation: 1 decisions are left at the end");
  for (const auto& [kind, event] : {std::pair{2u, "0"}, {3u, "100"}})
    for (std::uint32_t window : {0u, 1u, (1u << 20) + 1, 0x7fffffffu})
      EXPECT_EQ(words(kind, window), "protocol_violation: event " + std::string(event) + ": a window of " + std::to_string(window) + " packets; it is 2 to 2^20");
  EXPECT_EQ(words(4, 0), "protocol_violation: event 100: the pacing rate is repeated, which nobody may");
  EXPECT_TRUE(words(4, 5000).starts_with("a score") || words(4, 5000).starts_with("protocol_violation: event ")) << words(4, 5000);
  // Another window is another run, which asks at other moments: scored as what it is, or refused.
  EXPECT_TRUE(words(3, 4).starts_with("a score") || words(3, 4).starts_with("protocol_violation: ")) << words(3, 4);
}

TEST_F(CongestionForgery, DecisionsOfAnotherInstanceDoNotScore) {
  const auto other = instance(R"({"link": {"mbps": 13}, "delay_ms": 20, "queue": {"packets": 40}, "seconds": 3})");
  const auto report = jail_->run(instance_->request(binary_, std::nullopt));
  ASSERT_TRUE(report && instance_->score(report->output));
  EXPECT_EQ(other->score(report->output).error().kind, OutcomeKind::protocol_violation);
}

// -- hostile policies --

Source policy(const std::string& ack, const std::string& before = "") {
  const std::string parameters = "(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) ";
  return {"#include \"policy.h\"\n" + before + "i64 on_ack" + parameters + "{\n" + ack + "\n}\ni64 on_loss" + parameters +
              "{ return 10; }\ni64 on_timeout" + parameters + "{ return 2; }\n",
          "hostile"};
}

TEST_F(CongestionTask, WhatTheLanguageHasNotIsRefusedBeforeItRuns) {
  const std::pair<Source, std::string> refused[] = {
      {policy("static i64 seen = 0;\n  seen += 1;\n  return 2 + seen % 9;"), "static"},
      {policy("seen += 1;\n  return 2 + seen % 9;", "i64 seen = 0;\n"), "a global"},
      {policy("return 2 + (i64)(u64)&flow % 9;"), ""},
      {policy("return assay_entry(0) > 0 ? 10 : 20;"), "assay_entry"},
      {policy("return assay_congestion::kLeastWindow;"), "`::`"},
      {policy("return ((Flow&)flow).window = 9;"), ""},
      {policy("asm(\"rdtsc\");\n  return 10;"), "asm"},
  };
  for (const auto& [source, word] : refused) {
    const auto binary = build(source, verify::Effort::quick, {});
    ASSERT_FALSE(binary) << source.text;
    EXPECT_TRUE(binary.error().kind == OutcomeKind::refused || binary.error().kind == OutcomeKind::compile_error) << source.text;
    EXPECT_TRUE(binary.error().detail.contains(word)) << word << ": " << binary.error().detail << "\n" << source.text;
  }
}

TEST_F(CongestionTask, WhatBreaksItsContractIsAViolationAndHasNoScore) {
  const auto on = instance(kShort);
  for (const std::string ack : {"return flow.total_delivered > 500 ? 1 : 20;", "return flow.total_delivered > 500 ? kMaxWindow + 1 : 20;",
                                "memory.phase = flow.total_delivered > 500 ? 256 : 0;\n  return 20;", "pacing.rate = flow.total_delivered > 500 ? -1 : 0;\n  return 20;",
                                "memory.note[flow.acked] = flow.total_delivered > 500 ? kMaxNote + 1 : 0;\n  return 20;"}) {
    const auto evaluation = evaluated(built(policy(ack)), *on);
    EXPECT_EQ(evaluation.outcome.kind, OutcomeKind::protocol_violation) << ack << ": " << evaluation.outcome.detail;
    EXPECT_TRUE(evaluation.outcome.detail.contains("outside the range that its contract declares")) << evaluation.outcome.detail;
    EXPECT_FALSE(evaluation.score);
  }
}

TEST_F(CongestionTask, WhatNeverAnswersMeetsItsDeadline) {
  const auto limit = task_->limits.run;
  task_->limits.run = std::chrono::milliseconds(150);
  const auto evaluation = evaluated(built(policy("for (i64 x = 0; x < 3; x += 1) {\n    if (x == 2) x = 0;\n  }\n  return 10;")), *instance(kShort));
  task_->limits.run = limit;
  EXPECT_EQ(evaluation.outcome.kind, OutcomeKind::timeout) << evaluation.outcome.detail;
}

TEST_F(CongestionTask, WhatIndexesBeyondAnArrayOrDividesByZeroIsStoppedThere) {
  for (const auto& [ack, word] : {std::pair<std::string, std::string>{"return clamp(history.rate[10 - flow.marked], 2, 100);", "reached a trap"},
                                  {"return clamp(history.rate[flow.marked - 1], 2, 100);", "reached a trap"},
                                  {"memory.note[8 + flow.marked] = 1;\n  return 10;", "reached a trap"},
                                  {"return 10 / flow.marked;", "divided by zero"}}) {
    const auto evaluation = evaluated(built(policy(ack)), *instance(kShort));
    EXPECT_EQ(evaluation.outcome.kind, OutcomeKind::signal) << ack << ": " << evaluation.outcome.detail;
    EXPECT_TRUE(evaluation.outcome.detail.contains(word)) << ack << ": " << evaluation.outcome.detail;
    EXPECT_FALSE(evaluation.score);
  }
}

/// Shows as max_rate the link's last rate, as code might that has found the instance in memory.
void show_the_future(std::string& driver) {
  const std::string place = "bool sound = true;";
  const auto at = driver.rfind(place);
  if (at == std::string::npos) throw std::runtime_error("the driver does not read as the test expects");
  driver.replace(at, place.size(), place + R"(
    const Scenario& all = *reinterpret_cast<const Scenario*>(run->input);
    const_cast<View&>(view).max_rate = static_cast<i64>(rate_steps(all)[all.steps - 1].bits_per_second / 1000);)");
}

TEST_F(CongestionTask, WhatReadsTheFutureLosesItsScoreOfRecord) {
  std::vector<std::unique_ptr<Instance>> on;
  on.push_back(instance(R"({"link": {"steps": [[0, 12], [3, 6]]}, "delay_ms": 20, "queue": {"packets": 40}, "seconds": 4})"));
  const Source reads_rate = policy("return 10 + flow.max_rate % 97;"), reads_none = policy("return 10 + flow.total_delivered % 97;");
  const Binary seer = built(reads_rate, verify::Effort::quick, show_the_future), blind = built(reads_none, verify::Effort::quick, show_the_future);
  const auto first = evaluated(seer, *on[0]);
  ASSERT_TRUE(first.score) << first.outcome.detail;  // one run by itself shows nothing
  const auto seen = evaluators::evaluate_all(*jail_, seer, on), unseen = evaluators::evaluate_all(*jail_, blind, on);
  ASSERT_TRUE(seen && unseen);
  EXPECT_FALSE((*seen)[0].score);
  EXPECT_EQ((*seen)[0].outcome.kind, OutcomeKind::protocol_violation) << (*seen)[0].outcome.detail;
  EXPECT_TRUE((*seen)[0].outcome.detail.contains("reads the future")) << (*seen)[0].outcome.detail;
  EXPECT_TRUE((*unseen)[0].score) << (*unseen)[0].outcome.detail;
}

}  // namespace
}  // namespace assay
