// From text to score through every stage that a candidate passes: screen, compile with the domain's driver, run in the
// jail, replay.

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "base/file.h"
#include "evaluators/cache/synthetic.h"
#include "evaluators/cache/trace_write.h"
#include "evaluators/domain.h"
#include "tasks/task.h"
#include "verify/toolchain.h"

namespace assay {
namespace {

const std::filesystem::path kTasks = std::filesystem::path(ASSAY_SOURCE_DIR) / "tasks";

/// Toolchain and jail of one test, and a short trace with sizes.
class CacheTask : public ::testing::Test {
 protected:
  void SetUp() override {
    auto toolchain = verify::Toolchain::start();
    ASSERT_TRUE(toolchain.has_value()) << toolchain.error().what;
    toolchain_ = std::move(*toolchain);
    auto jail = sandbox::RunJail::start();
    ASSERT_TRUE(jail.has_value()) << jail.error().what;
    jail_ = std::move(*jail);
    folder_ = std::filesystem::temp_directory_path() / ("assay-e2e-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    auto trace = evaluators::cache::window(*evaluators::cache::synthetic_trace("scan_mix"), 0, 0.3);
    ASSERT_TRUE(trace.has_value());
    ASSERT_TRUE(evaluators::cache::write_trace(*trace, folder_ / "t.oracleGeneral", evaluators::cache::WriteFormat::oracle));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  tasks::Task task(const std::string& name) {
    tasks::Task task;
    task.folder = folder_;
    task.name = name;
    task.domain = "cache";
    task.objective = "miss_ratio";
    auto contract = tasks::read_contract(kTasks / name / "policy.h");
    EXPECT_TRUE(contract.has_value());
    task.contract = *contract;
    return task;
  }

  std::unique_ptr<evaluators::Instance> instance(const tasks::Task& task, const std::string& capacity) {
    const tasks::InstanceSpec spec{capacity, tasks::Split::train,
                                   Json{{"trace", "t.oracleGeneral"}, {"capacity", Json::parse(capacity)}}};
    auto loaded = (*evaluators::domain_named("cache"))->load(task, spec);
    EXPECT_TRUE(loaded.has_value()) << loaded.error().what;
    return std::move(*loaded);
  }

  std::optional<Binary> build(const tasks::Task& task, const Source& source) {
    auto screened = toolchain_->screen(task.contract, source);
    EXPECT_TRUE(screened.has_value() && screened->has_value()) << source.name << ": " << (screened ? screened->error().detail : "");
    if (!screened || !*screened) return std::nullopt;
    auto driver = (*evaluators::domain_named("cache"))->driver(task.contract);
    auto compiled = toolchain_->compile({task.contract, **screened, *driver});
    EXPECT_TRUE(compiled.has_value() && compiled->has_value()) << source.name << ": " << (compiled ? compiled->error().detail : "");
    if (!compiled || !*compiled) return std::nullopt;
    return std::move((*compiled)->binary);
  }

  std::vector<Source> baselines(const std::string& name) {
    std::vector<Source> sources;
    for (const auto& file : std::filesystem::directory_iterator(kTasks / name / "baselines"))
      sources.push_back({*read_file(file.path()), file.path().stem().string()});
    return sources;
  }

  std::unique_ptr<verify::Toolchain> toolchain_;
  std::unique_ptr<sandbox::RunJail> jail_;
  std::filesystem::path folder_;
};

bool has_twin(const std::string& name) { return name == "fifo" || name == "lru" || name == "clock" || name == "sieve"; }

TEST_F(CacheTask, EveryBaselineOfBothTasksGoesFromTextToScore) {
  for (const std::string name : {"web_cache", "web_cache_queues"}) {
    const tasks::Task task = this->task(name);
    for (const Source& source : baselines(name)) {
      const auto binary = build(task, source);
      ASSERT_TRUE(binary.has_value());
      for (const std::string capacity : {R"({"objects": 60})", R"({"share": 0.1})", R"({"bytes": 4000000})"}) {
        const auto instance = this->instance(task, capacity);
        const auto evaluation = evaluators::evaluate(*jail_, *binary, *instance);
        ASSERT_TRUE(evaluation.has_value()) << evaluation.error().what;
        ASSERT_EQ(evaluation->outcome.kind, OutcomeKind::ok) << name << " " << source.name << ": " << evaluation->outcome.detail;
        EXPECT_GT(evaluation->score->objective, 0);
        EXPECT_LT(evaluation->score->objective, 1);
        if (has_twin(source.name)) {
          const auto native = instance->baseline(source.name);  // it has the counts alone; how a policy behaves is measured by replay
          for (const auto& [metric, value] : native->metrics)
            EXPECT_EQ(evaluation->score->metrics.at(metric), value) << name << " " << source.name << " " << metric;
        }
      }
    }
  }
}

TEST_F(CacheTask, ARunThatCannotBecomeGoodEnoughIsAbandoned) {
  const tasks::Task task = this->task("web_cache_queues");
  const auto binary = build(task, {*read_file(kTasks / "web_cache_queues/baselines/fifo.cpp"), "fifo"});
  const auto instance = this->instance(task, R"({"objects": 60})");
  const double ratio = instance->baseline("fifo")->objective;
  EXPECT_EQ(evaluators::evaluate(*jail_, *binary, *instance, ratio)->outcome.kind, OutcomeKind::ok);
  EXPECT_EQ(evaluators::evaluate(*jail_, *binary, *instance, ratio * 0.999)->outcome.kind, OutcomeKind::abandoned);
}

TEST_F(CacheTask, AnAnswerOutsideTheContractIsAProtocolViolation) {
  const tasks::Task task = this->task("web_cache");
  const auto binary = build(task, {"#include \"policy.h\"\n"
                                   "i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {\n"
                                   "  return object.hits > 0 ? kMaxPriority + 1 : 0;\n}\n", "high"});
  ASSERT_TRUE(binary.has_value());
  const auto evaluation = evaluators::evaluate(*jail_, *binary, *instance(task, R"({"objects": 60})"));
  EXPECT_EQ(evaluation->outcome.kind, OutcomeKind::protocol_violation);
  EXPECT_FALSE(evaluation->score.has_value());
}

/// A loop without side effects must not be taken for one that ends: what is measured would not be what is certified.
TEST_F(CacheTask, AnEndlessLoopIsATimeout) {
  tasks::Task task = this->task("web_cache");
  task.limits.run = std::chrono::milliseconds(200);
  const auto binary = build(task, {"#include \"policy.h\"\n"
                                   "i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {\n"
                                   "  for (i64 x = 0; x < 3; x++) {\n    if (x == 2) x = 0;\n  }\n  return 0;\n}\n", "endless"});
  ASSERT_TRUE(binary.has_value());
  const auto evaluation = evaluators::evaluate(*jail_, *binary, *instance(task, R"({"objects": 60})"));
  ASSERT_TRUE(evaluation.has_value()) << evaluation.error().what;
  EXPECT_EQ(evaluation->outcome.kind, OutcomeKind::timeout) << evaluation->outcome.detail;
}

/// A run whose answer was written by somebody else: forged decisions must not score.
TEST_F(CacheTask, DecisionsOfAnotherInstanceDoNotScore) {
  const tasks::Task task = this->task("web_cache_queues");
  const auto binary = build(task, {*read_file(kTasks / "web_cache_queues/baselines/lru.cpp"), "lru"});
  const auto big = instance(task, R"({"objects": 600})"), small = instance(task, R"({"objects": 60})");
  const auto report = jail_->run(big->request(*binary, std::nullopt));
  ASSERT_TRUE(report.has_value());
  ASSERT_TRUE(big->score(report->output).has_value());
  EXPECT_EQ(small->score(report->output).error().kind, OutcomeKind::protocol_violation);
}

}  // namespace
}  // namespace assay
