// Tables that are filled from a list of shapes, with the CPU twin as the device.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "kernels/shape_json.h"
#include "kernels/worker/all.h"
#include "tests/kernels/small_cpu.h"

namespace assay::kernels::worker {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDecode = R"({"heads_q":4,"heads_kv":4,"length":300})";
constexpr const char* kMoreDecode = R"({"heads_q":4,"heads_kv":4,"length":290,"seed":4})";

/// No host holds it, and by its floor nearly all of the time is for it: a small shape beside it has the time for one round.
constexpr const char* kTooLarge = R"({"heads_q":128,"heads_kv":128,"sequences":256,"length":131072})";

std::string list_of(const std::string& decode, const std::string& others = "", int rounds = 2) {
  return "{\"seed\":7,\"rounds\":" + std::to_string(rounds) + ",\n\"decode_split\":[" + decode + "]" + others + "}";
}

std::string text_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class Fill : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("assay-fill-" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  int fill(const std::string& list, bool resume = false, double minutes = 1, char build = 'b') {
    std::ofstream(folder_ / "shapes.json") << list;
    Serving serving;
    serving.opened.device = std::make_unique<SmallCpu>();
    serving.build = std::string(64, build);
    AllOptions options;
    options.shapes = folder_ / "shapes.json";
    options.out = folder_ / "out";
    options.minutes = minutes;
    options.resume = resume;
    return measure_all(serving, options, "2026-11-28");
  }
  fs::path table(const char* task) const { return folder_ / "out" / (std::string(task) + ".jsonl"); }

  fs::path folder_;
};

TEST_F(Fill, HoldsEveryActionOfEveryTaskAndReadsStrictly) {
  ASSERT_EQ(fill(list_of(kDecode, R"(,"tile_order":[{"kernel":"gemm","m":264,"n":136,"k":256}],"moe_select":[{"experts":2,"top_k":1,"tokens":9,"n":128,"k":576}])")), 0);
  const auto decode = read_table(table("decode_split"));
  ASSERT_TRUE(decode) << decode.error();
  EXPECT_EQ(decode->table.header.rounds, 2);
  EXPECT_EQ(decode->table.rows().size(), 4u) << "5 blocks: 1, 2, 3 and 5 parts are different launches";
  for (std::uint32_t splits = 1; splits <= decode_split::kMostSplits; ++splits)
    EXPECT_NE(decode->table.find(Json::parse(kDecode), splits), nullptr) << "an answer that the table lacks: " << splits;
  EXPECT_EQ(decode->table.rows()[0].us.size(), 4u);

  const auto order = read_table(table("tile_order"));
  ASSERT_TRUE(order) << order.error();
  EXPECT_EQ(order->table.rows().size(), 3u) << "on 3 x 2 tiles longest-first and swizzled are row-major";
  const auto moe = read_table(table("moe_select"));
  ASSERT_TRUE(moe) << moe.error();
  EXPECT_EQ(moe->table.rows().size(), 24u);
}

TEST_F(Fill, ResumingAddsWhatIsMissingAndLeavesTheRest) {
  ASSERT_EQ(fill(list_of(kDecode)), 0);
  const std::string before = text_of(table("decode_split"));
  EXPECT_NE(fill(list_of(kDecode)), 0) << "a table that is there is not written over";
  EXPECT_EQ(text_of(table("decode_split")), before);
  ASSERT_EQ(fill(list_of(kDecode), true), 0);
  EXPECT_EQ(text_of(table("decode_split")), before) << "nothing is missing";
  ASSERT_EQ(fill(list_of(std::string(kMoreDecode) + "," + kDecode), true), 0);
  const std::string after = text_of(table("decode_split"));
  EXPECT_TRUE(after.starts_with(before));
  EXPECT_EQ(parse_table(after, "t")->shapes().size(), 2u);
}

TEST_F(Fill, FiguresOfTwoProgramsAreNeverInOneTable) {
  ASSERT_EQ(fill(list_of(kDecode)), 0);
  const std::string before = text_of(table("decode_split"));
  EXPECT_NE(fill(list_of(kMoreDecode), true, 1, 'c'), 0);
  EXPECT_EQ(text_of(table("decode_split")), before);
}

TEST(CpuDevice, HasNoClockOfTheMomentInItsIdentity) { EXPECT_EQ(make_cpu_device(2)->facts().clock_mhz, 0); }

TEST_F(Fill, FiguresOfOtherRoundsAreNeverInOneTable) {
  ASSERT_EQ(fill(list_of(kDecode)), 0);
  const std::string before = text_of(table("decode_split"));
  EXPECT_NE(fill(list_of(std::string(kDecode) + "," + kMoreDecode, "", 3), true), 0);
  EXPECT_EQ(text_of(table("decode_split")), before);
}

TEST_F(Fill, AShapeThatLacksAnActionIsMeasuredAnewAsAWhole) {
  ASSERT_EQ(fill(list_of(std::string(kDecode) + "," + kMoreDecode)), 0);
  Table lacking = read_table(table("decode_split"))->table;
  const std::vector<TableRow> all = lacking.rows();
  ASSERT_EQ(all.size(), 8u);
  lacking.remove(all[0].shape);
  for (std::size_t i = 1; i < 4; ++i) ASSERT_EQ(lacking.add(all[i]), "");
  ASSERT_TRUE(write_table(table("decode_split"), lacking));
  ASSERT_EQ(fill(list_of(std::string(kDecode) + "," + kMoreDecode), true), 0);
  const auto whole = read_table(table("decode_split"));
  ASSERT_TRUE(whole) << whole.error();
  for (const TableRow& row : all) {
    const TableRow* found = whole->table.find(row.shape, row.action);
    ASSERT_NE(found, nullptr) << row.shape << row.action;
    EXPECT_EQ(found->us == row.us, row.shape != all[0].shape) << "a figure of another request beside new ones, or a whole shape measured twice";
  }
}

TEST_F(Fill, AnEarlierRunIsNotLostWhereALaterOneFindsLess) {
  ASSERT_EQ(fill(list_of(kDecode)), 0);
  Table lacking = read_table(table("decode_split"))->table;
  const std::vector<TableRow> all = lacking.rows();
  lacking.remove(all[0].shape);
  for (std::size_t i = 1; i < 4; ++i) ASSERT_EQ(lacking.add(all[i]), "");
  ASSERT_TRUE(write_table(table("decode_split"), lacking));
  ASSERT_EQ(fill(list_of(std::string(kDecode) + "," + kTooLarge), true), 0);  // its share of the time is a round
  EXPECT_EQ(text_of(table("decode_split")), lacking.text());
}

TEST_F(Fill, FewerThanFourSamplesAreNoRowAndTheSummarySaysSo) {
  testing::internal::CaptureStderr();
  const int status = fill(list_of(std::string(kDecode) + "," + kTooLarge));
  const std::string said = testing::internal::GetCapturedStderr();
  ASSERT_EQ(status, 0) << said;
  EXPECT_NE(said.find("4 with fewer than 4 samples not written"), said.npos) << said;
  const auto read = read_table(table("decode_split"));
  ASSERT_TRUE(read) << read.error();
  EXPECT_TRUE(read->table.rows().empty());
  EXPECT_NE(said.find("differ by up to " + percent_apart(read->table.header.null_log_ratio_p95)), said.npos) << said;
}

TEST(PercentApart, IsOfTheTimesNotOfTheirLogarithm) {
  EXPECT_EQ(percent_apart(0), "0.0 %");
  EXPECT_EQ(percent_apart(0.1), "10.5 %");
  EXPECT_EQ(percent_apart(2.049), "676.0 %");
}

TEST_F(Fill, WhatIsCutOffIsRefusedAndNotAddedTo) {
  ASSERT_EQ(fill(list_of(kDecode)), 0);
  const std::string cut = text_of(table("decode_split")).substr(0, 1500);
  std::ofstream(table("decode_split")) << cut;
  EXPECT_NE(fill(list_of(kMoreDecode), true), 0);
  EXPECT_EQ(text_of(table("decode_split")), cut);
}

TEST_F(Fill, ATimeThatIsOverLeavesAValidTable) {
  ASSERT_EQ(fill(list_of(std::string(kDecode) + "," + kMoreDecode), false, 1e-6), 0);
  const auto read = read_table(table("decode_split"));
  ASSERT_TRUE(read) << read.error();
  EXPECT_TRUE(read->table.rows().empty()) << "the null alone took longer";
}

TEST_F(Fill, AListThatIsNotUnderstoodIsRefused) {
  const auto refused = [&](const std::string& text) {
    std::ofstream(folder_ / "shapes.json") << text;
    return !read_shapes(folder_ / "shapes.json", SmallCpu().facts());
  };
  EXPECT_FALSE(refused(list_of(kDecode)));
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused(list_of("{\"length\":0}")));
  EXPECT_TRUE(refused(list_of("{\"heads\":4}")));
  EXPECT_TRUE(refused(list_of(std::string(kDecode) + "," + kDecode)));
  EXPECT_TRUE(refused(list_of(kDecode, ",\"matmul\":[]")));
  EXPECT_TRUE(refused("{\"seed\":7,\"rounds\":0}"));
  EXPECT_TRUE(refused(list_of(kDecode, "", 1))) << "no row of it would have enough samples";
}

TEST(ShapeLists, OfTheRepositoryAreReadAndEveryShapeHasSeveralActions) {
  const fs::path kernels = fs::path(ASSAY_SOURCE_DIR) / "kernels";
  const auto gpu = read_shapes(kernels / "shapes.json", SmallCpu().facts()), cpu = read_shapes(kernels / "shapes_cpu.json", SmallCpu().facts());
  ASSERT_TRUE(gpu) << gpu.error();
  ASSERT_TRUE(cpu) << cpu.error();
  bool seen[3] = {};
  for (std::size_t i = 0; i < gpu->jobs.size(); ++i) {
    EXPECT_GE(gpu->jobs[i].actions.size(), 2u) << gpu->jobs[i].shape;
    if (i < 10) seen[static_cast<std::size_t>(gpu->jobs[i].task)] = true;
  }
  EXPECT_TRUE(seen[0] && seen[1] && seen[2]) << "a run that ends early has some of each";
  for (const Job& job : cpu->jobs) EXPECT_LE(job.actions.size(), 9u) << job.shape;
}

}  // namespace
}  // namespace assay::kernels::worker
