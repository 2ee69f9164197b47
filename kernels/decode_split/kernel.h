#pragma once
// Decode attention split over the cache (Flash-Decoding: Dao, Haziza, Massa, Sizov 2023), for one query token per sequence.
//
// attend_part: a block reads one part of one sequence's cache for one KV head, and serves all query heads of its group, which are the rows of
// one, two or four tiles of 16. Its four warps share out the tokens of each block of 64 (and the row tiles, where there are several), each with
// its own online softmax; they are merged in shared memory when the part ends. Parts that are whole sequences write the output.
// merge_parts: a block merges the parts of one output row.
//
// The kernel is bound by memory: 4 * head_dim bytes per token and KV head, each read once. A block has kStages stages of 64 tokens of K and V
// in shared memory, of which all but one are on their way: 2 * 32 KiB for head_dim 128, two blocks on an SM, so 128 KiB in flight per SM. With
// 4.8 TB/s over 132 SMs that covers a latency of 3.6 microseconds, several times that of the memory.

#include <cmath>
#include <cstdint>

#include "kernels/common/annotations.h"
#include "kernels/common/bf16.h"
#include "kernels/common/math.h"
#include "kernels/common/per_thread.h"
#include "kernels/decode_split/arguments.h"
#include "kernels/decode_split/layout.h"
#include "kernels/decode_split/result.h"
#include "kernels/decode_split/softmax.h"

namespace assay::kernels::decode_split {

/// Asks for 64 tokens from `first` on; zeros after the part's last one, whose scores are masked, but whose values are multiplied.
template <int kDim, class Block, class Shared>
ASSAY_KERNEL void ask_for_block(Block& block, const Arguments& a, const Work& work, int head, int first, Shared stage) {
  constexpr int kChunks = kDim / kCopyValues, kRowsAtOnce = kThreads / kChunks;
  const std::int64_t stride = static_cast<std::int64_t>(a.heads_kv) * kDim;
  const std::int64_t begin = (work.first_token + first) * stride + static_cast<std::int64_t>(head) * kDim;
  block.each([&](int thread) {
    const int chunk = thread % kChunks;
    ASSAY_UNROLL
    for (int i = 0; i < kBlockTokens / kRowsAtOnce; ++i) {
      const int token = thread / kChunks + i * kRowsAtOnce;
      const bool present = first + token < work.tokens;
      const std::int64_t from = present ? begin + token * stride + chunk * kCopyValues : 0;
      block.async_copy(thread, stage, place<kDim>(token, chunk), a.k + from, present);
      block.async_copy(thread, stage, kBlockTokens * kDim + place<kDim>(token, chunk), a.v + from, present);
    }
  });
}

/// The queries of each warp's row tile as operands of mma; zeros in rows that the group does not have.
template <int kDim, int kRowTiles, class Block, class Queries>
ASSAY_KERNEL void load_queries(Block& block, const Arguments& a, int sequence, int head, Queries& queries) {
  const int group = a.heads_q / a.heads_kv;
  const Bf16* from = a.q + (static_cast<std::int64_t>(sequence) * a.heads_q + static_cast<std::int64_t>(head) * group) * kDim;
  block.each([&](int thread) {
    const int lane = thread % kLanes, tile = thread / kLanes % kRowTiles;
    ASSAY_UNROLL
    for (int i = 0; i < kDim / 4; ++i) {  // register i % 4 of step i / 4
      const int row = tile * kTile + lane / 4 + 8 * (i % 2), column = i / 4 * kTile + i % 4 / 2 * 8 + lane % 4 * 2;
      queries(thread, i) = row < group ? block.load(reinterpret_cast<const std::uint32_t*>(from + row * kDim + column)) : 0u;
    }
  });
}

/// Blocks: work_count * heads_kv, the KV head being the faster index: neighbours in the cache are read at the same time.
template <int kDim, int kRowTiles, class Block>
ASSAY_KERNEL void attend_part(Block& block, const Arguments& a) {
  using L = Layout<kDim, kRowTiles>;
  const Work work = block.load(a.work + block.index() / a.heads_kv);
  const int head = block.index() % a.heads_kv;
  const int blocks = (work.tokens + kBlockTokens - 1) / kBlockTokens;
  auto stage = [&](int i) { return block.template shared<Bf16>(i % L::kStages * L::kStageBytes, L::kStageValues); };
  ASSAY_UNROLL
  for (int i = 0; i < L::kStages - 1; ++i) {
    if (i < blocks) ask_for_block<kDim>(block, a, work, head, i * kBlockTokens, stage(i));
    block.commit_copies();
  }

  PerThread<Block, std::uint32_t, kDim / 4> queries;
  load_queries<kDim, kRowTiles>(block, a, work.sequence, head, queries);
  Softmax<Block, kDim> softmax;
  block.each([&](int thread) {
    ASSAY_UNROLL
    for (int i = 0; i < kDim / 4; ++i) softmax.sum(thread, i) = {0, 0};
    softmax.largest(thread, 0) = softmax.largest(thread, 1) = -INFINITY;
    softmax.weights(thread, 0) = softmax.weights(thread, 1) = 0;
  });
  const float scale = kDim == 128 ? kLog2E * 0.08838834764831845f : kLog2E * 0.125f;

  for (int i = 0; i < blocks; ++i) {
    block.template wait_copies<L::kStages - 2>();
    block.sync();  // all copies of this stage are there, and nobody reads the stage before any more, which the next copies overwrite
    const int ahead = i + L::kStages - 1;
    if (ahead < blocks) ask_for_block<kDim>(block, a, work, head, ahead * kBlockTokens, stage(ahead));
    block.commit_copies();
    PerThread<Block, Two, 4 * L::kSteps> scores;
    multiply_keys<kDim, kRowTiles>(block, stage(i), queries, scores);
    update_softmax<kDim, kRowTiles>(block, scale, work.tokens - i * kBlockTokens, softmax, scores);
    multiply_values<kDim, kRowTiles>(block, stage(i), scores, softmax);
  }

  block.template wait_copies<0>();
  block.sync();
  auto rows = block.template shared<Two>(0, L::kMergeBytes / static_cast<int>(sizeof(Two)));
  auto stats = block.template shared<Two>(L::kMergeBytes, L::kStatsBytes / static_cast<int>(sizeof(Two)));
  share_sums<kDim, kRowTiles>(block, softmax, rows, stats);
  write_result<kDim, kRowTiles>(block, a, work, head, rows, stats);
}

}  // namespace assay::kernels::decode_split
