// The reference figures: data/reference_*.csv, with what became of each row (docs/caching.md says why some differ).
//   exact            the same count of misses
//   sampled          within 1 % over ten seeds
//   differs          a defect of the figure; ours is pinned
//   sampled_differs  likewise; our mean is pinned to 1 %

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "evaluators/cache/native/native.h"
#include "evaluators/cache/synthetic.h"
#include "evaluators/cache/trace_read.h"

namespace assay::evaluators::cache {
namespace {

struct Row {
  std::string trace, policy, unit, kind;
  double share = 0, byte_miss_ratio = 0, ours = 0;
  std::uint64_t capacity = 0, misses = 0;
};

std::vector<Row> rows_of(const std::string& file, const std::string& policy) {
  std::ifstream in(ASSAY_SOURCE_DIR "/tests/evaluators/data/" + file);
  std::vector<Row> rows;
  std::string line;
  for (std::getline(in, line); std::getline(in, line);) {
    std::istringstream fields(line);
    std::string f[9];
    for (auto& field : f) std::getline(fields, field, ',');
    if (f[1] == policy)
      rows.push_back({f[0], f[1], f[2], f[7], std::stod(f[3]), std::stod(f[6]), std::stod(f[8]), std::stoull(f[4]), std::stoull(f[5])});
  }
  return rows;
}

struct Mean {
  double misses = 0, byte_miss_ratio = 0;
};

Mean mean_over(const Row& row, const Trace& trace, Unit unit, int seeds) {
  Mean mean;
  for (int seed = 1; seed <= seeds; ++seed) {
    auto counts = run_native(row.policy, trace, row.capacity, unit, static_cast<std::uint64_t>(seed));
    EXPECT_TRUE(counts) << row.policy;
    if (!counts) return {};
    mean.misses += static_cast<double>(counts->misses) / seeds;
    mean.byte_miss_ratio += counts->byte_miss_ratio() / seeds;
  }
  return mean;
}

void check(const Row& row, const Trace& trace) {
  SCOPED_TRACE(row.trace + " " + row.policy + " " + row.unit + " " + std::to_string(row.capacity));
  Unit unit = unit_named(row.unit).value();
  auto capacity = resolve({.unit = unit, .amount = std::nullopt, .share = row.share}, trace);
  ASSERT_TRUE(capacity);
  EXPECT_EQ(*capacity, row.capacity);
  bool sampled = row.kind.starts_with("sampled");
  Mean mean = mean_over(row, trace, unit, sampled ? 10 : 1);
  if (row.kind == "exact") {
    EXPECT_EQ(mean.misses, static_cast<double>(row.misses));
    EXPECT_NEAR(mean.byte_miss_ratio, row.byte_miss_ratio, 6e-9);
  } else if (row.kind == "differs") {
    EXPECT_EQ(mean.misses, row.ours);
  } else {
    double expected = row.kind == "sampled" ? static_cast<double>(row.misses) : row.ours;
    EXPECT_NEAR(mean.misses / expected, 1, 0.01);
  }
}

class NativeReference : public testing::TestWithParam<std::string_view> {};

TEST_P(NativeReference, MissesAsTheFiguresSayOnSyntheticTraces) {
  std::map<std::string, Trace> traces;
  auto rows = rows_of("reference_synthetic.csv", std::string(GetParam()));
  // The figures have LFUDA on real traces only.
  ASSERT_TRUE(rows.size() >= 20 || GetParam() == "lfuda");
  for (const auto& row : rows) {
    if (!traces.contains(row.trace)) traces.emplace(row.trace, synthetic_trace(row.trace).value());
    check(row, traces.at(row.trace));
  }
}

TEST_P(NativeReference, MissesAsTheFiguresSayOnRealTraces) {
  std::filesystem::path folder = ASSAY_SOURCE_DIR "/../shared/traces";
  for (const auto& row : rows_of("reference_real.csv", std::string(GetParam()))) {
    auto path = folder / (row.trace + ".oracleGeneral.bin.zst");
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no real traces beside the checkout";
    check(row, read_trace(path).value());
  }
}

INSTANTIATE_TEST_SUITE_P(, NativeReference, testing::ValuesIn(native_names()),
                         [](const auto& each) { return std::string(each.param); });

}  // namespace
}  // namespace assay::evaluators::cache
