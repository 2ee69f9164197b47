// The trusted scorer: decisions that lie, and ratios against a plain reimplementation.

#include <gtest/gtest.h>

#include <random>

#include "evaluators/gpu/gpu_instance.h"
#include "evaluators/gpu/orders.h"
#include "evaluators/gpu/table_figures.h"
#include "gpu_making.h"

namespace assay::evaluators::gpu {
namespace {

std::string violation(const Workload& workload, const std::vector<std::byte>& decisions) {
  const auto actions = read_actions(workload, decisions);
  if (actions) return "";
  EXPECT_EQ(actions.error().kind, OutcomeKind::protocol_violation);
  return actions.error().detail;
}

TEST(GpuScorer, NumbersOutOfRangeAndWrongCountsAreViolations) {
  const Workload decode = random_workload(Kind::decode_split, 5, 3), moe = random_workload(Kind::moe_select, 5, 2);
  EXPECT_EQ(violation(decode, bytes_of({1, 128, 7})), "");
  EXPECT_NE(violation(decode, bytes_of({1, 0, 7})).find("shape 1"), std::string::npos);
  EXPECT_NE(violation(decode, bytes_of({1, 1, 129})).find("129"), std::string::npos);
  EXPECT_NE(violation(decode, bytes_of({1, 1, 0xffffffff})), "");
  EXPECT_NE(violation(decode, bytes_of({1, 1})), "");
  EXPECT_NE(violation(decode, bytes_of({1, 1, 1, 1})), "");
  EXPECT_NE(violation(decode, {}), "");
  auto ragged = bytes_of({1, 1, 1});
  ragged.pop_back();
  EXPECT_NE(violation(decode, ragged), "");
  EXPECT_EQ(violation(moe, bytes_of({0, 23})), "");
  EXPECT_NE(violation(moe, bytes_of({0, 24})), "");
}

TEST(GpuScorer, AnOrderThatIsNoBijectionNamesBothBlocksAndTheTile) {
  tile_order::Shape shape{.kernel = tile_order::Kernel::gemm, .m = 384, .n = 256, .k = 64};  // 3 x 2
  const Workload workload = workload_of({shape});
  EXPECT_EQ(violation(workload, bytes_of({5, 4, 3, 2, 1, 0})), "");
  const std::string twice = violation(workload, bytes_of({5, 4, 3, 5, 1, 0}));
  EXPECT_NE(twice.find("blocks 0 and 3"), std::string::npos) << twice;
  EXPECT_NE(twice.find("row 2, column 1"), std::string::npos) << twice;
  EXPECT_NE(violation(workload, bytes_of({5, 4, 3, 6, 1, 0})).find("block 3"), std::string::npos);
  EXPECT_NE(violation(workload, bytes_of({assay_gpu::kNotInGrid, 4, 3, 2, 1, 0})).find("not in the grid"), std::string::npos);
  EXPECT_NE(violation(workload, bytes_of({5, 4, 3, 2, 1})), "");
}

TEST(GpuScorer, DecidedBeforeCountsWordsOfWholeShapes) {
  const Workload workload = random_workload(Kind::tile_order, 11, 4);
  const std::vector<std::byte> decisions(4 * workload.decisions());
  std::size_t words = 0;
  for (std::size_t moment = 0; moment <= 4; ++moment) {
    EXPECT_EQ(*decided_before(workload, moment, decisions), 4 * words);
    if (moment < 4) words += workload.subjects[moment].decisions;
  }
  EXPECT_EQ(*decided_before(workload, 99, decisions), decisions.size());
  EXPECT_FALSE(decided_before(workload, 4, std::span(decisions).first(8)));
}

TEST(GpuScorer, RatiosAreThoseOfAPlainReimplementation) {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> time(10, 60);
  for (int round = 0; round < 300; ++round) {
    std::vector<Ratio> ratios;
    double product = 1, worst = 1e9, best_product = 1, regret = 1;
    const int count = 1 + static_cast<int>(random() % 9);
    for (int i = 0; i < count; ++i) {
      Ratio one{time(random), time(random), 8, std::nullopt};
      one.best_us = std::min(one.us, std::min(one.base_us, time(random)));
      const double ratio = std::clamp(one.base_us / one.us, 0.25, one.base_us / 8);
      product *= ratio, worst = std::min(worst, ratio), best_product *= one.base_us / *one.best_us, regret *= one.us / *one.best_us;
      ratios.push_back(one);
    }
    const Comparison all = compare(ratios);
    const double mean = std::pow(product, 1.0 / count);
    EXPECT_NEAR(all.geometric_mean, mean, 1e-9);
    EXPECT_NEAR(all.worst_ratio, worst, 1e-12);
    EXPECT_NEAR(all.speedup, worst < 0.97 ? mean * worst / 0.97 : mean, 1e-9);
    EXPECT_NEAR(*all.regret, std::pow(regret, 1.0 / count) - 1, 1e-9);
    if (best_product > 1.001) EXPECT_NEAR(*all.headroom_captured, std::log(product) / std::log(best_product), 1e-6);
  }
}

TEST(GpuScorer, ARatioIsClippedAtAQuarterAndAtTheFloor) {
  EXPECT_DOUBLE_EQ((Ratio{10, 1000, 5, {}}).clipped(1000), 0.25);
  EXPECT_DOUBLE_EQ((Ratio{10, 4, 5, {}}).clipped(4), 2);
  const Ratio ratios[] = {{10, 10, 5, 10.0}};
  EXPECT_DOUBLE_EQ(compare(ratios).speedup, 1);
  EXPECT_FALSE(compare(ratios).headroom_captured) << "there is none";
}

class GpuTable : public testing::Test {
 protected:
  std::shared_ptr<const TableFigures> figures(const kernels::Table& table, Kind kind) {
    const auto path = std::filesystem::path(folder_.path) / "table.jsonl";
    EXPECT_TRUE(kernels::write_table(path, table));
    auto loaded = TableFigures::load(path, kind);
    EXPECT_TRUE(loaded) << loaded.error().what;
    return *loaded;
  }
  static Result<std::unique_ptr<Instance>> instance(const std::vector<Shape>& shapes, std::shared_ptr<const Figures> figures, const std::string& base) {
    return make_instance({"test", "speedup", {}, workload_of(shapes), figures->device(), figures, base});
  }
  Folder folder_;
};

/// Word by word from the table's rows.
TEST_F(GpuTable, AScoreIsTheOneOfTheTablesMedians) {
  std::vector<Shape> shapes;
  for (int length : {512, 2048, 4096, 16384}) shapes.push_back(decode_split::Shape{.sequences = 2, .length = length});
  const kernels::Table table = made_up_table(shapes);
  const auto on = *instance(shapes, figures(table, Kind::decode_split), "flash_attention_2");
  EXPECT_TRUE(on->provenance().starts_with("table ")) << on->provenance();
  EXPECT_NE(on->provenance().find("a GPU of no make, 2026-11-28"), std::string::npos);
  const std::vector<std::uint32_t> words = {3, 5, 11, 128};
  const auto score = on->score(bytes_of(words));
  ASSERT_TRUE(score) << score.error().detail;
  double product = 1, worst = 1e9;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const int base = native_action("flash_attention_2", shapes[i], made_up_device())->number;
    const double ratio = std::max(0.25, table.find(to_json(shapes[i]), static_cast<std::uint32_t>(base))->median_us() / table.find(to_json(shapes[i]), words[i])->median_us());
    product *= ratio, worst = std::min(worst, ratio);
  }
  const double mean = std::pow(product, 0.25);
  EXPECT_NEAR(score->objective, mean * std::min(1.0, worst / 0.97), 1e-9);
  EXPECT_NEAR(score->metrics.at("geometric_mean"), mean, 1e-9);
  EXPECT_EQ(score->metrics.count("speedup"), 1u);
  EXPECT_GE(*on->best_possible(), score->objective);
  EXPECT_EQ(*on->best_possible(), on->baseline("oracle")->objective);
  EXPECT_NEAR(on->baseline("oracle")->metrics.at("regret"), 0, 1e-12);
  EXPECT_NEAR(on->baseline("oracle")->metrics.at("headroom_captured"), 1, 1e-12);
  EXPECT_NEAR(on->baseline("flash_attention_2")->objective, 1, 1e-12);
  for (std::uint64_t seed = 0; seed < 200; ++seed) {  // nothing betters the best
    std::mt19937 random(static_cast<unsigned>(seed));
    std::uniform_int_distribution<std::uint32_t> draw(1, 128);
    const auto any = on->score(bytes_of({draw(random), draw(random), draw(random), draw(random)}));
    ASSERT_TRUE(any);
    EXPECT_LE(any->objective, *on->best_possible());
  }
}

TEST_F(GpuTable, WhatTheTableLacksIsATypedOutcomeAndNeverAGuess) {
  const std::vector<Shape> shapes = {decode_split::Shape{.length = 4096}};
  const auto gap = figures(made_up_table(shapes, [](const Shape&, const Action& action) { return action.number == 16; }), Kind::decode_split);
  const auto on = *instance(shapes, gap, "flash_attention_2");
  EXPECT_TRUE(on->score(bytes_of({8})));
  const auto missing = on->score(bytes_of({16}));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, OutcomeKind::unmeasured);
  EXPECT_NE(missing.error().detail.find("no figure for action 16"), std::string::npos) << missing.error().detail;
  // The same launch by another name: 17 asked for are 16 of 4 blocks.
  EXPECT_EQ(on->score(bytes_of({17})).error().kind, OutcomeKind::unmeasured);
}

TEST_F(GpuTable, ATableWithoutTheBaseOrTheShapeIsRefusedAtLoad) {
  const std::vector<Shape> shapes = {decode_split::Shape{.length = 4096}};
  const int base = native_action("flash_attention_2", shapes[0], made_up_device())->number;
  const auto gap = figures(made_up_table(shapes, [&](const Shape&, const Action& action) { return action.number == base; }), Kind::decode_split);
  auto refused = instance(shapes, gap, "flash_attention_2");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("no figure for the base"), std::string::npos);
  EXPECT_FALSE(instance({decode_split::Shape{.length = 999}}, gap, "flash_attention_2"));
}

TEST_F(GpuTable, OrdersAreFoundByWhatTheySay) {
  const std::vector<Shape> shapes = {tile_order::Shape{.length = 1024}};
  const auto table = figures(made_up_table(shapes), Kind::tile_order);
  const auto on = *instance(shapes, table, "row_major");
  const auto grid = tile_order::grid(std::get<tile_order::Shape>(shapes[0]));
  EXPECT_TRUE(on->score(bytes_of(named_order("snake", grid))));
  EXPECT_EQ(on->score(bytes_of(named_order("snake", grid)))->objective, on->baseline("snake")->objective);
  Order other = named_order("snake", grid);
  std::swap(other[3], other[77]);
  EXPECT_EQ(on->score(bytes_of(other)).error().kind, OutcomeKind::unmeasured);
  EXPECT_TRUE(on->baseline("oracle"));
  EXPECT_FALSE(on->best_possible()) << "of an order nobody knows all";
}

TEST_F(GpuTable, ATableOfAnotherTaskIsRefused) {
  const auto path = std::filesystem::path(folder_.path) / "moe.jsonl";
  ASSERT_TRUE(kernels::write_table(path, made_up_table({moe_select::Shape{}})));
  auto loaded = TableFigures::load(path, Kind::decode_split);
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().what.find("a table of moe_select"), std::string::npos);
}

/// Digests tell instances apart whose scores would differ.
TEST_F(GpuTable, TheDigestHoldsFiguresShapesAndBase) {
  const std::vector<Shape> shapes = {decode_split::Shape{.length = 4096}, decode_split::Shape{.length = 512}};
  const auto table = figures(made_up_table(shapes), Kind::decode_split);
  const auto other = figures(made_up_table({shapes[1], shapes[0]}), Kind::decode_split);
  std::set<Digest> seen;
  for (const auto& on : {instance(shapes, table, "flash_attention_2"), instance(shapes, table, "flash_infer"), instance({shapes[0]}, table, "flash_attention_2"),
                         instance(shapes, other, "flash_attention_2")})
    EXPECT_TRUE(seen.insert((*on)->digest()).second);
}

TEST_F(GpuTable, AnotherFutureChangesShapesFromItsMomentOnOnly) {
  std::vector<Shape> shapes;
  for (int i = 1; i <= 8; ++i) shapes.push_back(decode_split::Shape{.sequences = i});
  const auto on = *instance(shapes, figures(made_up_table(shapes), Kind::decode_split), "flash_attention_2");
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto other = on->other_future(seed);
    ASSERT_TRUE(other);
    EXPECT_TRUE(other->moment >= 2 && other->moment <= 6);
    EXPECT_NE(other->instance->digest(), on->digest());
  }
}

}  // namespace
}  // namespace assay::evaluators::gpu
