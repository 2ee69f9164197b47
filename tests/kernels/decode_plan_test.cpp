// The trusted planner: whatever a policy answers, each token is in exactly one part.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "kernels/decode_split/launch.h"
#include "kernels/decode_split/plan.h"

namespace assay::kernels::decode_split {
namespace {

void expect_partition(const Shape& shape, int splits) {
  const auto planned = plan(shape, splits);
  const auto all = lengths(shape);
  std::vector<int> token_parts(static_cast<std::size_t>(planned.tokens), 0), slot_uses(static_cast<std::size_t>(planned.slots), 0);
  std::vector<int> direct(all.size(), 0), merged(all.size(), 0), slot_sequence(slot_uses.size(), -1);
  for (const auto& work : planned.work) {
    ASSERT_GE(work.tokens, 1);
    for (int i = 0; i < work.tokens; ++i) ++token_parts.at(static_cast<std::size_t>(work.first_token + i));
    if (work.slot == kDirect) ++direct.at(static_cast<std::size_t>(work.sequence));
    else ++slot_uses.at(static_cast<std::size_t>(work.slot)), slot_sequence.at(static_cast<std::size_t>(work.slot)) = work.sequence;
  }
  EXPECT_EQ(std::ranges::count(token_parts, 1), planned.tokens);
  EXPECT_EQ(std::ranges::count(slot_uses, 1), planned.slots);
  int merged_slots = 0;
  for (const auto& merge : planned.merges) {
    ++merged.at(static_cast<std::size_t>(merge.sequence));
    merged_slots += merge.parts;
    EXPECT_LE(merge.parts, kMostSplits);
    for (int i = 0; i < merge.parts; ++i) EXPECT_EQ(slot_sequence.at(static_cast<std::size_t>(merge.first_slot + i)), merge.sequence);
  }
  EXPECT_EQ(merged_slots, planned.slots);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(direct[i] + merged[i], 1) << "sequence " << i << " has one writer";
}

TEST(DecodePlan, EachTokenIsInOnePartAndEachSequenceHasOneWriter) {
  for (int length : {1, 64, 65, 1000, 8192})
    for (auto raggedness : {Raggedness::even, Raggedness::linear, Raggedness::zipf, Raggedness::one_long})
      for (int splits = 1; splits <= kMostSplits; splits += 3)
        expect_partition({.heads_q = 4, .heads_kv = 2, .sequences = 5, .length = length, .raggedness = raggedness, .seed = 11}, splits);
}

TEST(DecodePlan, AnswersOutOfRangeAreClamped) {
  const Shape shape{.length = 8192};
  EXPECT_EQ(plan(shape, -5).work, plan(shape, 1).work);
  EXPECT_EQ(plan(shape, 1 << 30).work, plan(shape, kMostSplits).work);
}

TEST(DecodePlan, AnswersWithOneChunkMakeOneLaunch) {
  const Shape shape{.sequences = 3, .length = 40 * kBlockTokens, .raggedness = Raggedness::linear};
  for (int splits = 1; splits <= kMostSplits; ++splits) EXPECT_EQ(plan(shape, splits).work, plan(shape, canonical_splits(40, splits)).work) << splits;
}

TEST(DecodePlan, OnePartNeedsNoWorkspace) {
  const Shape shape{.heads_q = 32, .heads_kv = 8, .head_dim = 128, .sequences = 4, .length = 4096};
  EXPECT_EQ(workspace_bytes(shape, 1), 0u);
  EXPECT_EQ(workspace_bytes(shape, 2), 2u * 4 * 32 * (128 + 1) * 4);
  EXPECT_TRUE(plan(shape, 1).merges.empty());
}

TEST(DecodePlan, AnSmOfAnH200HoldsTwoOrThreeBlocks) {
  EXPECT_EQ(resident_blocks(128, 228 * 1024), 2);
  EXPECT_EQ(resident_blocks(64, 228 * 1024), 3);
  EXPECT_EQ(resident_blocks(128, 64 * 1024), 1);
}

TEST(DecodePlan, LongPartsStartFirst) {
  const auto planned = plan({.sequences = 9, .length = 5000, .raggedness = Raggedness::linear}, 3);
  EXPECT_TRUE(std::ranges::is_sorted(planned.work, [](const Work& a, const Work& b) { return a.tokens > b.tokens; }));
}

}  // namespace
}  // namespace assay::kernels::decode_split
