// Policies of the gpu domain from text to score through the real compiler and the real jail; and a short search over a table whose figures are
// a made-up function, to a certified champion.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "evaluators/domain.h"
#include "evolve/campaign.h"
#include "tasks/task.h"
#include "tests/evaluators/gpu_making.h"
#include "tests/evolve/fixtures.h"
#include "verify/toolchain.h"

namespace assay {
namespace {

namespace fs = std::filesystem;
namespace gpu = evaluators::gpu;

const evaluators::Domain& domain() { return **evaluators::domain_named("gpu"); }

class GpuTask : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto toolchain = verify::Toolchain::start({.deadline = std::chrono::milliseconds(20'000)});  // a busy machine decides nothing here
    ASSERT_TRUE(toolchain) << toolchain.error().what;
    auto jail = sandbox::RunJail::start();
    ASSERT_TRUE(jail) << jail.error().what;
    toolchain_ = std::move(*toolchain), jail_ = std::move(*jail);
  }
  static void TearDownTestSuite() { toolchain_.reset(), jail_.reset(); }

  static tasks::Task task(gpu::Kind kind) {
    auto loaded = tasks::load_task(gpu::task_folder(kind));
    if (!loaded) throw std::runtime_error(loaded.error().what);
    tasks::override_settings(*loaded, {{"figures", "modelled"}});
    return std::move(*loaded);
  }

  static Attempt<Binary> build(const tasks::Task& task, const Source& source) {
    auto screened = toolchain_->screen(task.contract, source);
    if (!screened) throw std::runtime_error(screened.error().what);
    if (!*screened) return std::unexpected(screened->error());
    auto compiled = toolchain_->compile({task.contract, **screened, *domain().driver(task.contract), verify::Effort::quick});
    if (!compiled) throw std::runtime_error(compiled.error().what);
    if (!*compiled) return std::unexpected(compiled->error());
    return std::move((*compiled)->binary);
  }

  /// The score of record on the first instance of the task.
  static evaluators::Evaluation evaluated(const tasks::Task& task, const Source& source) {
    auto binary = build(task, source);
    if (!binary) throw std::runtime_error(source.name + ": " + binary.error().detail);
    std::vector<std::unique_ptr<evaluators::Instance>> instances;
    instances.push_back(*domain().load(task, task.instances[0]));
    auto evaluations = evaluators::evaluate_all(*jail_, *binary, instances);
    if (!evaluations) throw std::runtime_error(evaluations.error().what);
    return std::move(evaluations->front());
  }

  static inline std::unique_ptr<verify::Toolchain> toolchain_;
  static inline std::unique_ptr<sandbox::RunJail> jail_;
};

TEST_F(GpuTask, BaselinesScoreAsTheirNativeTwins) {
  for (gpu::Kind kind : gpu::kKinds) {
    const tasks::Task of = task(kind);
    const auto instance = *domain().load(of, of.instances[0]);
    for (const Source& source : of.baselines) {
      const auto evaluation = evaluated(of, source);
      ASSERT_TRUE(evaluation.score) << source.name << ": " << evaluation.outcome.detail;
      EXPECT_EQ(evaluation.score->metrics, instance->baseline(source.name)->metrics) << source.name;
    }
  }
}

TEST_F(GpuTask, AnOrderThatForgetsATileEndsAsAViolationThatNamesIt) {
  const auto evaluation = evaluated(task(gpu::Kind::tile_order), {"i64 row(const Grid& grid, const Block& block) { return safe_div(block.id, grid.columns); }\n"
                                                                  "i64 column(const Grid& grid, const Block& block) { return max(1, safe_mod(block.id, grid.columns)); }\n", "forgets"});
  EXPECT_EQ(evaluation.outcome.kind, OutcomeKind::protocol_violation);
  EXPECT_NE(evaluation.outcome.detail.find("blocks 0 and 1 are both sent to row 0, column 1"), std::string::npos) << evaluation.outcome.detail;
}

TEST_F(GpuTask, AnOrderThatLeavesTheGridEndsAsAViolation) {
  const auto evaluation = evaluated(task(gpu::Kind::tile_order), {"i64 row(const Grid& grid, const Block& block) { return -1; }\n"
                                                                  "i64 column(const Grid& grid, const Block& block) { return 0; }\n", "leaves"});
  EXPECT_EQ(evaluation.outcome.kind, OutcomeKind::protocol_violation);
  EXPECT_NE(evaluation.outcome.detail.find("not in the grid"), std::string::npos) << evaluation.outcome.detail;
}

TEST_F(GpuTask, AnAnswerOutOfRangeEndsTheRun) {
  const auto evaluation = evaluated(task(gpu::Kind::decode_split), {"i64 splits(const Heads& heads, const Batch& batch, const Device& device) { return 0; }\n", "none"});
  EXPECT_EQ(evaluation.outcome.kind, OutcomeKind::protocol_violation);
}

/// The task of the tree on a table that is made up: its figures are no measurement, and say so.
fs::path made_up_task(const fs::path& in) {
  const fs::path from = gpu::task_folder(gpu::Kind::decode_split), to = in / "made_up_split";
  fs::create_directories(to / "baselines");
  for (const char* name : {"policy.h", "prompt.md"}) fs::copy(from / name, to);
  fs::copy(from / "baselines/flash_mla.cpp", to / "baselines");
  std::ofstream(to / "properties.cpp") << "#include \"policies/abi/property.h\"\n#include \"policy.h\"\n"
                                          "/// The longest cache has no more parts than blocks.\nASSAY_PROPERTY(no_empty_parts, required) {\n  auto heads = any<Heads>();\n"
                                          "  auto batch = any<Batch>();\n  auto device = any<Device>();\n  prove(splits(heads, batch, device) <= batch.blocks_max);\n}\n";
  std::vector<gpu::Shape> shapes;
  for (int sequences : {1, 2, 4, 8})
    for (int length : {512, 1024, 3000, 8192}) shapes.push_back(kernels::decode_split::Shape{.sequences = sequences, .length = length});
  EXPECT_TRUE(kernels::write_table(to / "made_up.jsonl", gpu::made_up_table(shapes)));
  Json json{{"domain", "gpu"}, {"objective", "speedup"}, {"direction", "maximise"}, {"limits", {{"instructions", 65536}}},
            {"defaults", {{"figures", "table"}, {"table", "made_up.jsonl"}, {"shapes", "table"}, {"base", "flash_attention_2"}}},
            {"native_baselines", {"flash_attention_2", "oracle"}}, {"search", {{"promote", 2}, {"certify", 3}}}};
  for (const char* split : {"train", "validation", "holdout"}) json["instances"][split] = Json::array({{{"name", split}}});
  std::ofstream(to / "task.json") << json.dump(2);
  return to;
}

TEST(GpuCampaign, ASearchOverATableEndsWithACertifiedChampion) {
  gpu::Folder folder;
  auto task = tasks::load_task(made_up_task(folder.path));
  ASSERT_TRUE(task) << task.error().what;
  evolve::CampaignOptions options;
  options.out = fs::path(folder.path) / "campaign";
  options.budget.candidates = 60;
  options.seed = 3;
  options.threads = 2;
  auto summary = evolve::run_campaign(*task, options, {}, {});
  ASSERT_TRUE(summary) << summary.error().what;
  EXPECT_EQ(summary->certificate_verdict, "proved");
  ASSERT_TRUE(summary->champion);
  auto archive = evolve::Archive::open_read_only(options.out);
  ASSERT_TRUE(archive) << archive.error().what;
  double champion = 0, oracle = 0;
  std::string provenance;
  auto read = (*archive)->for_each("", [&](const evolve::Event& event) -> Result<void> {
    if (event.kind == "campaign") provenance = event.body.value("provenance", "");
    if (event.kind == "result") champion = event.body["holdout"][0]["objective"].get<double>();
    if (event.kind == "result") EXPECT_EQ(event.body["instances"][2].value("provenance", ""), provenance);
    if (event.kind == "baseline" && event.body["name"] == "oracle") oracle = event.body["holdout"][0]["objective"].get<double>();
    return {};
  });
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_TRUE(provenance.starts_with("table ")) << provenance;
  EXPECT_NE(provenance.find("a GPU of no make"), std::string::npos);
  EXPECT_GT(champion, 0);
  EXPECT_LE(champion, oracle);
}

/// What was put over the task's own settings is the campaign's own: resumed, it goes on with the same figures.
TEST(GpuCampaign, AResumedCampaignHasTheFiguresThatItBeganWith) {
  gpu::Folder folder;
  auto task = tasks::load_task(made_up_task(folder.path));
  ASSERT_TRUE(task) << task.error().what;
  for (std::size_t i = 0; i < task->instances.size(); ++i) task->instances[i].settings["shapes"] = Json::array({{{"sequences", i + 1}}, {{"sequences", i + 9}}});
  Json json = *read_json(task->folder / "task.json");
  for (std::size_t i = 0; i < 3; ++i) json["instances"][std::string(tasks::name_of(task->instances[i].split))][0]["shapes"] = task->instances[i].settings["shapes"];
  std::ofstream(task->folder / "task.json") << json.dump();
  tasks::override_settings(*task, {{"figures", "modelled"}});
  evolve::CampaignOptions options;
  options.out = fs::path(folder.path) / "campaign";
  options.budget.candidates = 4;
  options.threads = 1;
  auto summary = evolve::run_campaign(*task, options, {}, {});
  ASSERT_TRUE(summary) << summary.error().what;
  auto more = evolve::resume_campaign(options.out, evolve::Budget{.candidates = 6}, {}, {});
  ASSERT_TRUE(more) << more.error().what;
  EXPECT_EQ(more->candidates, 6u);
}

}  // namespace
}  // namespace assay
