// Decode attention's twin against fp64: every distinct partition of small shapes, each row written once, nothing found in checked mode.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "kernels/common/compare.h"
#include "kernels/decode_split/launch.h"
#include "kernels/decode_split/plan.h"
#include "kernels/decode_split/problem.h"

namespace assay::kernels::decode_split {
namespace {

/// One problem with all its buffers; outputs are NaN before each run.
struct Bench {
  explicit Bench(const Shape& of, std::uint64_t seed = 7) : shape(of), inputs(make_inputs(of, seed)), expected(reference(of, inputs)) {}

  Arguments prepare(int splits) {
    planned = plan(shape, splits);
    Arguments a = sizes(shape, planned);
    out.assign(query_count(shape), kBf16NaN);
    partial_out.assign(partial_out_bytes(shape, planned) / sizeof(float), std::numeric_limits<float>::quiet_NaN());
    partial_lse.assign(partial_lse_bytes(shape, planned) / sizeof(float), std::numeric_limits<float>::quiet_NaN());
    writes.assign(row_count(shape), 0);
    partial_writes.assign(static_cast<std::size_t>(planned.slots * shape.heads_q), 0);
    a.q = inputs.q.data(), a.k = inputs.k.data(), a.v = inputs.v.data();
    a.work = planned.work.data(), a.merges = planned.merges.data();
    a.out = out.data(), a.partial_out = partial_out.data(), a.partial_lse = partial_lse.data();
    a.writes = writes.data(), a.partial_writes = partial_writes.data();
    return a;
  }
  Comparison error() const { return compare(out, expected, static_cast<std::size_t>(shape.head_dim)); }
  bool is_right() const { return error().within(kRelativeTolerance, kWorstTolerance); }

  Shape shape;
  Inputs inputs;
  std::vector<double> expected;
  Plan planned;
  std::vector<Bf16> out;
  std::vector<float> partial_out, partial_lse;
  std::vector<std::uint32_t> writes, partial_writes;
};

std::string name(const Shape& s) {
  return std::to_string(s.heads_q) + "/" + std::to_string(s.heads_kv) + " heads of " + std::to_string(s.head_dim) + ", " + std::to_string(s.sequences) + " x " +
         std::to_string(s.length) + ", raggedness " + std::to_string(static_cast<int>(s.raggedness));
}

void expect_right(Bench& bench, int splits, Twin mode) {
  SCOPED_TRACE(name(bench.shape) + ", " + std::to_string(splits) + " splits");
  const auto found = run_twin(bench.prepare(splits), splits, 1, mode);
  EXPECT_EQ(found, std::vector<std::string>{});
  EXPECT_TRUE(bench.is_right()) << bench.error().relative_error << " " << bench.error().worst_error;
  EXPECT_EQ(bench.writes, std::vector<std::uint32_t>(bench.writes.size(), 1));
  EXPECT_EQ(bench.partial_writes, std::vector<std::uint32_t>(bench.partial_writes.size(), 1));
}

/// The actions that make different launches.
std::set<int> distinct(const Shape& shape) {
  std::set<int> all;
  for (int splits = 1; splits <= kMostSplits; ++splits) all.insert(canonical_splits(blocks_of(shape.length), splits));
  return all;
}

TEST(DecodeSplit, EveryPartitionGivesTheReferencesOutput) {
  for (int length : {1, 63, 64, 65, 127, 128, 129, 500, 1000})
    for (int dim : {64, 128}) {
      Bench bench({.heads_q = 8, .heads_kv = 2, .head_dim = dim, .sequences = 1, .length = length});
      for (int splits : distinct(bench.shape)) expect_right(bench, splits, Twin::fast);
    }
}

TEST(DecodeSplit, GroupsOfAnySizeAreServed) {
  for (int group : {1, 2, 3, 5, 7, 8, 15, 16, 17, 31, 32, 33, 48, 64})
    for (int dim : {64, 128}) {
      Bench bench({.heads_q = group, .heads_kv = 1, .head_dim = dim, .sequences = 2, .length = 150, .raggedness = Raggedness::zipf});
      for (int splits : {1, 2, 3}) expect_right(bench, splits, Twin::fast);
    }
}

TEST(DecodeSplit, RaggedBatchesMixDirectAndMergedRows) {
  for (auto raggedness : {Raggedness::even, Raggedness::linear, Raggedness::zipf, Raggedness::one_long}) {
    Bench bench({.heads_q = 6, .heads_kv = 2, .head_dim = 64, .sequences = 7, .length = 600, .raggedness = raggedness, .seed = 3});
    for (int splits : distinct(bench.shape)) expect_right(bench, splits, Twin::fast);
  }
}

TEST(DecodeSplit, ManyPartsAreMerged) {
  Bench bench({.heads_q = 2, .heads_kv = 1, .head_dim = 64, .sequences = 1, .length = 128 * kBlockTokens - 5});
  for (int splits : {64, 100, 127, 128}) expect_right(bench, splits, Twin::fast);
}

TEST(DecodeSplit, NothingIsFoundInCheckedMode) {
  for (int group : {1, 5, 16, 20, 40})
    for (int dim : {64, 128}) {
      Bench bench({.heads_q = group, .heads_kv = 1, .head_dim = dim, .sequences = 2, .length = 400, .raggedness = Raggedness::zipf, .seed = 1});
      for (int splits : {1, 4}) expect_right(bench, splits, Twin::checked);
    }
}

TEST(DecodeSplit, ThreadsDoNotChangeTheBits) {
  Bench bench({.heads_q = 8, .heads_kv = 2, .head_dim = 128, .sequences = 3, .length = 300, .raggedness = Raggedness::linear});
  run_twin(bench.prepare(4), 4, 1, Twin::fast);
  const auto alone = bench.out;
  for (auto [threads, mode] : {std::pair{4, Twin::fast}, std::pair{1, Twin::checked}, std::pair{3, Twin::checked}}) {
    run_twin(bench.prepare(4), 4, threads, mode);
    EXPECT_EQ(bench.out, alone);
  }
}

TEST(DecodeSplit, RowsOfVeryDifferentSizesAreEachHeldToTheirOwn) {
  Bench bench({.heads_q = 36, .heads_kv = 1, .head_dim = 128, .sequences = 2, .length = 408, .raggedness = Raggedness::zipf, .seed = 677});
  for (auto& value : bench.inputs.k) value = to_bf16(3 * to_float(value));  // single tokens win
  bench.expected = reference(bench.shape, bench.inputs);
  for (int splits : {1, 49}) expect_right(bench, splits, Twin::fast);
}

TEST(DecodeSplit, LargeScoresDoNotOverflow) {
  Bench bench({.heads_q = 4, .heads_kv = 1, .head_dim = 64, .sequences = 1, .length = 200});
  for (auto& value : bench.inputs.k) value = to_bf16(100 * to_float(value));
  bench.expected = reference(bench.shape, bench.inputs);
  for (int splits : {1, 2, 4}) expect_right(bench, splits, Twin::fast);
}

// Twins of the kernel with a defect: the check is held to reject them.

TEST(DecodeSplitCheck, RejectsAMergeThatDoesNotWeighItsParts) {
  Bench bench({.heads_q = 4, .heads_kv = 1, .head_dim = 64, .sequences = 1, .length = 300});
  run_twin(bench.prepare(5), 5, 1, Twin::fast);
  ASSERT_TRUE(bench.is_right());
  for (std::size_t i = 0; i < bench.out.size(); ++i) {
    float sum = 0;
    for (std::size_t part = 0; part < 5; ++part) sum += bench.partial_out[part * bench.out.size() + i] / 5;
    bench.out[i] = to_bf16(sum);
  }
  EXPECT_FALSE(bench.is_right()) << bench.error().relative_error;
}

TEST(DecodeSplitCheck, RejectsAPartThatLacksOneToken) {
  Bench bench({.heads_q = 4, .heads_kv = 1, .head_dim = 64, .sequences = 1, .length = 300});
  Arguments a = bench.prepare(2);
  --bench.planned.work.back().tokens;
  run_twin(a, 2, 1, Twin::fast);
  EXPECT_FALSE(bench.is_right()) << bench.error().relative_error;
}

TEST(Compare, NaNsZerosAndSingleWrongValuesShow) {
  const std::vector<Bf16> out{to_bf16(100), to_bf16(100), to_bf16(1), to_bf16(1.5f)};
  const std::vector<double> right{100, 100, 1, 1.5}, wrong{100, 100, 1, 1}, zero(4, 0.0);
  EXPECT_TRUE(compare(out, right, 2).within(0, 0));
  EXPECT_TRUE(compare(out, wrong).within(0.01, 0.01)) << "as one row, the small ones vanish";
  EXPECT_NEAR(compare(out, wrong, 2).worst_error, 0.5, 1e-9);
  EXPECT_FALSE(compare(out, zero).within(1e9, 1e9));
  EXPECT_TRUE(compare(std::vector<Bf16>(4, to_bf16(0)), zero).within(0, 0));
  EXPECT_FALSE(compare(std::vector<Bf16>(4, kBf16NaN), right).within(1e9, 1e9));
  EXPECT_FALSE(compare({}, {}).within(1, 1)) << "nothing was checked";
}

TEST(DecodeSplitCheck, RejectsALostBlockOfALongCache) {
  Bench bench({.heads_q = 1, .heads_kv = 1, .head_dim = 64, .sequences = 1, .length = 131072});
  Arguments a = bench.prepare(128);
  run_twin(a, 128, 1, Twin::fast);
  ASSERT_TRUE(bench.is_right());
  bench.planned.work[77].tokens -= kBlockTokens;
  run_twin(a, 128, 1, Twin::fast);
  EXPECT_FALSE(bench.is_right()) << bench.error().relative_error;
}

TEST(DecodeSplitCheck, RejectsOneWrongValueAndANaN) {
  Bench bench({.heads_q = 32, .heads_kv = 8, .head_dim = 64, .sequences = 4, .length = 100});
  run_twin(bench.prepare(1), 1, 1, Twin::fast);
  ASSERT_TRUE(bench.is_right());
  const Bf16 was = bench.out[1000];
  bench.out[1000] = to_bf16(to_float(was) + 0.02f);
  EXPECT_FALSE(bench.is_right()) << "the relative error alone would not show it: " << bench.error().relative_error;
  bench.out[1000] = kBf16NaN;
  EXPECT_FALSE(bench.is_right());
}

TEST(DecodeSplitCheck, CountsARowThatIsWrittenTwiceOrNever) {
  Bench bench({.heads_q = 2, .heads_kv = 1, .head_dim = 64, .sequences = 2, .length = 100});
  Arguments a = bench.prepare(1);
  bench.planned.work[1] = bench.planned.work[0];
  run_twin(a, 1, 1, Twin::fast);
  EXPECT_EQ(bench.writes, (std::vector<std::uint32_t>{2, 2, 0, 0}));
}

TEST(DecodeSplitCheck, APartBeyondTheCacheIsFound) {
  Bench bench({.heads_q = 2, .heads_kv = 1, .head_dim = 64, .sequences = 1, .length = 100});
  Arguments a = bench.prepare(1);
  bench.planned.work[0].tokens = 101;
  const auto found = run_twin(a, 1, 1, Twin::checked);
  ASSERT_FALSE(found.empty());
  EXPECT_NE(found[0].find("past the end of"), std::string::npos) << found[0];
}

}  // namespace
}  // namespace assay::kernels::decode_split
