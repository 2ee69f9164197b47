// The domain: settings, sources of figures, the model, and the tasks of the tree.

#include <gtest/gtest.h>

#include "evaluators/domain.h"
#include "evaluators/gpu/model.h"
#include "evaluators/gpu/orders.h"
#include "evaluators/gpu/settings.h"
#include "gpu_making.h"
#include "tasks/task.h"

namespace assay::evaluators::gpu {
namespace {

const Domain& domain() { return **domain_named("gpu"); }

tasks::Task task_of(Kind kind, const Json& overrides = Json::object()) {
  auto task = tasks::load_task(task_folder(kind));
  if (!task) throw std::runtime_error(task.error().what);
  tasks::override_settings(*task, overrides);
  return *task;
}

std::string complaint(const std::string& settings, Kind kind = Kind::decode_split) {
  std::vector<std::string> problems;
  read_settings(kind, Json::parse(settings), "/tmp", "here", problems);
  return problems.empty() ? "" : problems.front();
}

TEST(GpuSettings, ShapesAreListedCrossedOrDrawn) {
  std::vector<std::string> problems;
  const auto count = [&](const std::string& shapes, Kind kind = Kind::decode_split) {
    return read_settings(kind, Json::parse(R"({"shapes": )" + shapes + "}"), "/tmp", "here", problems).shapes.size();
  };
  EXPECT_EQ(count(R"([{"length": 5}, {"length": 6}])"), 2u);
  EXPECT_EQ(count(R"({"each": [[{"sequences": 1}, {"sequences": 2}], [{"length": 5}, {"length": 6}, {"length": 7}]]})"), 6u);
  EXPECT_EQ(count(R"({"draw": {"count": 40, "seed": 3, "of": [[{"sequences": 5}, {"sequences": 6}], [{"length": 512, "raggedness": "linear"}]]}})"), 40u);
  EXPECT_EQ(count(R"({"draw": {"count": 2, "seed": 3, "of": [[{"sequences": 1}, {"sequences": 2}, {"sequences": 3}]]}})", Kind::tile_order), 2u);
  EXPECT_TRUE(problems.empty()) << problems.front();
  EXPECT_EQ(complaint(R"({"shapes": {"draw": {"count": 3, "seed": 3, "of": [[{"sequences": 1}, {"sequences": 2}]]}}})"),
            complaint(R"({"shapes": {"draw": {"count": 3, "seed": 4, "of": [[{"sequences": 1}, {"sequences": 2}]]}}})")) << "even batches differ in nothing but their size";
}

TEST(GpuSettings, WhatIsWrongIsSaid) {
  const auto expect = [](const std::string& settings, const std::string& words) {
    EXPECT_NE(complaint(settings).find(words), std::string::npos) << complaint(settings);
  };
  expect("{}", "\"shapes\" is missing");
  expect(R"({"shapes": []})", "one shape at least");
  expect(R"({"shapes": [{"length": 0}]})", "outside the limits");
  expect(R"({"shapes": [{"size": 3}]})", "unknown key");
  expect(R"({"shapes": [{}, {"length": 4096}]})", "there twice");
  expect(R"({"shapes": "all"})", "\"shapes\" is");
  expect(R"({"shapes": {"each": [[1]]}})", "an axis");
  expect(R"({"shapes": {"each": []}})", "list of axes");
  expect(R"({"shapes": {"draw": {"count": 3, "seed": 1, "of": [[{"seed": 1}, {"seed": 2}]]}}})", "more shapes than");
  expect(R"({"shapes": {"draw": {"count": 0, "seed": 1, "of": [[{}]]}}})", "\"draw\" is");
  expect(R"({"shapes": [{}], "figures": "guessed"})", "table, live, modelled or none");
  expect(R"({"shapes": [{}], "figures": 3})", "wrong type");
  expect(R"({"shapes": [{}], "rounds": 0})", "\"rounds\" lies within");
  expect(R"({"shapes": [{}], "device": "../x"})", "name of a folder");
  expect(R"({"shapes": [{}], "speed": 3})", "no setting of the gpu domain");
  expect(R"({"shapes": "table", "figures": "live"})", "needs \"figures\"");
}

/// Modelled: a table is not needed.
TEST(GpuTasks, EveryTaskOfTheTreeLoadsAndItsBaselinesScore) {
  for (Kind kind : kKinds) {
    const tasks::Task task = task_of(kind, {{"figures", "modelled"}});
    auto fits = domain().check(task);
    ASSERT_TRUE(fits) << fits.error().what;
    for (const auto& spec : task.instances) {
      auto instance = domain().load(task, spec);
      ASSERT_TRUE(instance) << instance.error().what;
      EXPECT_EQ((*instance)->provenance(), "modelled, NVIDIA H200");
      for (const std::string& name : task.native_baselines) {
        const auto score = (*instance)->baseline(name);
        ASSERT_TRUE(score) << score.error().what;
        EXPECT_TRUE(score->metrics.contains("modelled_ratio") && !score->metrics.contains("speedup")) << "a model's ratio is no speed-up";
        EXPECT_GT(score->objective, 0);
        for (const auto& descriptor : domain().descriptors()) {
          const double value = score->metrics.at(std::string(descriptor.metric));
          EXPECT_TRUE(0 <= value && value <= 1) << descriptor.metric << " " << value;
        }
      }
      EXPECT_FALSE((*instance)->baseline("lru"));
    }
    EXPECT_TRUE(std::filesystem::exists(task_folder(kind) / "prompt.md"));
  }
}

/// Or no table would hold them.
TEST(GpuTasks, EveryShapeIsOneThatIsMeasured) {
  const Json measured = *read_json(std::filesystem::path(ASSAY_SOURCE_DIR) / "kernels/shapes.json");
  for (Kind kind : kKinds) {
    std::set<std::string> known;
    for (const Json& shape : measured.at(std::string(name_of(kind)))) known.insert(to_json(*shape_from(kind, shape)).dump());
    for (const auto& spec : task_of(kind).instances)
      for (const Json& shape : spec.settings["shapes"]) EXPECT_TRUE(known.contains(to_json(*shape_from(kind, shape)).dump())) << spec.name << " " << shape.dump();
  }
}

TEST(GpuTasks, WithoutATableTheErrorNamesTheThreeWays) {
  const tasks::Task task = task_of(Kind::decode_split, {{"figures", "table"}, {"table", "/nothing/there.jsonl"}});
  ASSERT_TRUE(domain().check(task));
  const auto instance = domain().load(task, task.instances[0]);
  ASSERT_FALSE(instance);
  for (const char* way : {"--figures live", "--table FILE", "--figures modelled"}) EXPECT_NE(instance.error().what.find(way), std::string::npos) << instance.error().what;
}

TEST(GpuTasks, RulesAloneNeedNoFiguresAndGiveNoScore) {
  for (Kind kind : kKinds) {
    const tasks::Task task = task_of(kind, domain().rules_only());
    const auto instance = domain().load(task, task.instances[0]);
    ASSERT_TRUE(instance) << instance.error().what;
    EXPECT_EQ((*instance)->provenance(), "");
    EXPECT_EQ((*instance)->baseline(task.native_baselines[0])->objective, 0);
  }
}

TEST(GpuTasks, FiguresOfDifferentOriginAreRefusedAtLoad) {
  tasks::Task task = task_of(Kind::decode_split, {{"figures", "modelled"}});
  task.instances[2].settings["figures"] = "table";
  auto refused = domain().check(task);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("one task has one kind of figures"), std::string::npos) << refused.error().what;
}

TEST(GpuTasks, SplitsShareNoShape) {
  tasks::Task task = task_of(Kind::decode_split, {{"figures", "modelled"}});
  task.instances.back().settings["shapes"] = task.instances.front().settings["shapes"];
  auto refused = domain().check(task);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("splits share no shape"), std::string::npos);
}

TEST(GpuTasks, InstancesOfDifferentProvenanceHaveNoMean) {
  Folder folder;
  tasks::Task task = task_of(Kind::decode_split, {{"figures", "modelled"}});
  std::vector<std::unique_ptr<Instance>> instances;
  instances.push_back(*domain().load(task, task.instances[0]));
  EXPECT_EQ(*common_provenance(instances), "modelled, NVIDIA H200");
  const auto path = std::filesystem::path(folder.path) / "t.jsonl";
  ASSERT_TRUE(kernels::write_table(path, made_up_table({decode_split::Shape{}})));
  tasks::override_settings(task, {{"figures", "table"}, {"table", path.string()}, {"shapes", Json::array({Json::object()})}});
  auto other = domain().load(task, task.instances[1]);
  ASSERT_TRUE(other) << other.error().what;
  instances.push_back(std::move(*other));
  const auto mixed = common_provenance(instances);
  ASSERT_FALSE(mixed);
  EXPECT_NE(mixed.error().what.find("not averaged"), std::string::npos);
}

TEST(GpuTasks, ATablesShapesAreSharedOutOverTheSplits) {
  Folder folder;
  std::vector<Shape> shapes;
  for (int i = 1; i <= 20; ++i) shapes.push_back(decode_split::Shape{.sequences = i, .length = 1024});
  const auto path = std::filesystem::path(folder.path) / "t.jsonl";
  ASSERT_TRUE(kernels::write_table(path, made_up_table(shapes)));
  const tasks::Task task = task_of(Kind::decode_split, {{"figures", "table"}, {"table", path.string()}, {"shapes", "table"}});
  ASSERT_TRUE(domain().check(task));
  std::map<tasks::Split, double> count;
  for (const auto& spec : task.instances) {
    auto instance = domain().load(task, spec);
    ASSERT_TRUE(instance) << instance.error().what;
    count[spec.split] += static_cast<double>((*instance)->cost());
  }
  EXPECT_EQ(count[tasks::Split::train], 10);
  EXPECT_EQ(count[tasks::Split::validation], 5);
  EXPECT_EQ(count[tasks::Split::holdout], 5);
}

TEST(GpuModel, ASplitHelpsOneSequenceAndNotAFullMachine) {
  const Device h200 = *device_named("nvidia-h200");
  const decode_split::Shape one{.length = 32768}, full{.sequences = 128, .length = 4096};
  EXPECT_LT(modelled_us(one, 16, h200), 0.5 * modelled_us(one, 1, h200));
  EXPECT_GT(modelled_us(full, 16, h200), modelled_us(full, 1, h200));
}

TEST(GpuModel, TheMakespanOfACausalGridIsThatOfASimulationByHand) {
  // Four rows of one tile on a processor that holds two blocks, work 1 2 3 4: row after row ends at 6, the longest first at 5.
  Device two = *device_named("nvidia-h200");
  two.sms = 1;
  const tile_order::Shape shape{.sequences = 1, .heads_q = 1, .heads_kv = 1, .length = 512};
  const double unit = 4.0 * 128 * 128 * 128 / (989e6 / 2);
  const double launch = modelled_us(shape, {0}, two) - unit;
  EXPECT_NEAR(modelled_us(shape, {0, 1, 2, 3}, two) - launch, 6 * unit, 1e-9);
  EXPECT_NEAR(modelled_us(shape, {3, 2, 1, 0}, two) - launch, 5 * unit, 1e-9);
}

TEST(GpuModel, NoTimeIsUnderTheFloor) {
  const auto model = *modelled_figures("nvidia-h200");
  for (Kind kind : kKinds)
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      const Subject subject = subject_of(random_shape(kind, seed));
      const auto known = model->known(subject);
      const auto times = *model->times(subject, known);
      for (const auto& figure : times) EXPECT_GE(figure->us, figure->floor_us) << subject.text;
    }
  EXPECT_FALSE(modelled_figures("abacus"));
}

TEST(GpuOrders, EachIsAPermutation) {
  for (std::string_view name : order_names())
    for (int rows : {1, 2, 7, 8, 9, 64})
      for (int columns : {1, 3, 8, 13})
        for (bool causal : {false, true}) {
          Order order = named_order(name, {rows, columns, causal});
          std::ranges::sort(order);
          for (std::uint32_t i = 0; i < order.size(); ++i) ASSERT_EQ(order[i], i) << name << " " << rows << " x " << columns;
        }
}

}  // namespace
}  // namespace assay::evaluators::gpu
