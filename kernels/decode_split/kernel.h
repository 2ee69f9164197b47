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
// 4.8 TB/s over 132 SMs that covers a latency of 3.5 microseconds, several times that of the memory.

#include <cmath>
#include <cstdint>

#include "kernels/common/annotations.h"
#include "kernels/common/bf16.h"
#include "kernels/common/math.h"
#include "kernels/common/mma.h"
#include "kernels/common/per_thread.h"
#include "kernels/decode_split/arguments.h"

namespace assay::kernels::decode_split {

inline constexpr int kThreads = 128, kWarps = 4;
inline constexpr int kTile = 16;  ///< rows of an mma, and tokens of one step of it

template <int kDim, int kRowTiles>
struct Layout {
  static_assert(kDim % 16 == 0 && kWarps % kRowTiles == 0);
  static constexpr int kStages = kDim == 128 ? 3 : 4;
  static constexpr int kSlices = kWarps / kRowTiles;            ///< warps that share out the tokens of a block
  static constexpr int kSliceTokens = kBlockTokens / kSlices;   ///< of 64, for one warp
  static constexpr int kSteps = kSliceTokens / kTile;
  static constexpr int kChunks = kDim / kCopyValues;            ///< 16-byte pieces of a row
  static constexpr int kStageValues = 2 * kBlockTokens * kDim;  ///< K, then V
  static constexpr int kStageBytes = kStageValues * static_cast<int>(sizeof(Bf16));
  // The merge of warps uses the same memory again: rows of Twos, padded so that the four Twos of eight rows fall into different banks.
  static constexpr int kRowTwos = kDim / 2 + 4;
  static constexpr int kMergeBytes = kWarps * kTile * kRowTwos * static_cast<int>(sizeof(Two));
  static constexpr int kStatsBytes = kWarps * kTile * static_cast<int>(sizeof(Two));
  static constexpr int kSharedBytes = kStages * kStageBytes;
  static_assert(kMergeBytes + kStatsBytes <= kSharedBytes);
};

/// Where chunk `chunk` of a token's row lies in a stage: the low bits of its place are those of the token too, so that the eight rows of one
/// ldmatrix (same chunk, eight tokens) fall into different banks.
template <int kDim>
ASSAY_BOTH int place(int token, int chunk) {
  return token * kDim + ((chunk ^ (token & 7)) * kCopyValues);
}

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

/// What a warp knows of its rows g and g + 8 so far: the values' weighted sum, and per row the largest score and the sum of weights.
template <class Block, int kDim>
struct Softmax {
  PerThread<Block, Two, kDim / 4> sum;
  PerThread<Block, float, 2> largest;
  PerThread<Block, float, 2> weights;  ///< this lane's share of it, until the part ends
};

/// Scores of the slice: [tile of 8 tokens][row g, row g + 8], as the mma leaves them.
template <int kDim, int kRowTiles, class Block, class Shared, class Queries, class Scores>
ASSAY_KERNEL void multiply_keys(Block& block, Shared stage, const Queries& queries, Scores& scores) {
  using L = Layout<kDim, kRowTiles>;
  block.each([&](int thread) {
    ASSAY_UNROLL
    for (int i = 0; i < 4 * L::kSteps; ++i) scores(thread, i) = {0, 0};
  });
  ASSAY_UNROLL
  for (int step = 0; step < L::kSteps; ++step) {
    ASSAY_UNROLL
    for (int k = 0; k < kDim / kTile; ++k) {
      PerThread<Block, std::uint32_t, 4> keys;  // tokens 0..7, dims 0..7 and 8..15; then tokens 8..15
      load_matrix_x4<false>(block, keys, 0, stage, [&](int thread) {
        const int lane = thread % kLanes, token = thread / kLanes / kRowTiles * L::kSliceTokens + step * kTile + lane / 16 * 8 + lane % 8;
        return place<kDim>(token, 2 * k + lane / 8 % 2);
      });
      mma_16816(block, scores, 4 * step, queries, 4 * k, keys, 0);
      mma_16816(block, scores, 4 * step + 2, queries, 4 * k, keys, 2);
    }
  }
}

/// Turns scores into weights relative to the largest score so far, and rescales what was summed before (Milakov, Gimelshein 2018).
///   scale: 1 / sqrt(dim) * log2(e);  tokens: of the block of 64, those there are
template <int kDim, int kRowTiles, class Block, class Scores>
ASSAY_KERNEL void update_softmax(Block& block, float scale, int tokens, Softmax<Block, kDim>& softmax, Scores& scores) {
  using L = Layout<kDim, kRowTiles>;
  PerThread<Block, float, 2> largest;
  block.each([&](int thread) {
    largest(thread, 0) = softmax.largest(thread, 0), largest(thread, 1) = softmax.largest(thread, 1);
    const int first = thread / kLanes / kRowTiles * L::kSliceTokens + thread % 4 * 2;
    ASSAY_UNROLL
    for (int i = 0; i < 4 * L::kSteps; ++i) {
      Two& score = scores(thread, i);
      const int token = first + i / 2 * 8;
      score.x = token < tokens ? score.x * scale : -INFINITY;
      score.y = token + 1 < tokens ? score.y * scale : -INFINITY;
      largest(thread, i % 2) = fmaxf(largest(thread, i % 2), fmaxf(score.x, score.y));
    }
  });
  warp_max<4>(block, largest);
  block.each([&](int thread) {
    Two base, factor;  // of row g, of row g + 8
    base.x = largest(thread, 0) == -INFINITY ? 0 : largest(thread, 0);  // no token of the slice is there yet
    base.y = largest(thread, 1) == -INFINITY ? 0 : largest(thread, 1);
    factor.x = exp2_fast(softmax.largest(thread, 0) - base.x);
    factor.y = exp2_fast(softmax.largest(thread, 1) - base.y);
    Two added = {0, 0};
    ASSAY_UNROLL
    for (int i = 0; i < 4 * L::kSteps; ++i) {
      Two& score = scores(thread, i);
      const float from = i % 2 == 0 ? base.x : base.y;
      score = {exp2_fast(score.x - from), exp2_fast(score.y - from)};
      (i % 2 == 0 ? added.x : added.y) += score.x + score.y;
    }
    ASSAY_UNROLL
    for (int i = 0; i < kDim / 4; ++i) {
      const float by = i % 2 == 0 ? factor.x : factor.y;
      softmax.sum(thread, i) = {softmax.sum(thread, i).x * by, softmax.sum(thread, i).y * by};
    }
    softmax.weights(thread, 0) = softmax.weights(thread, 0) * factor.x + added.x;
    softmax.weights(thread, 1) = softmax.weights(thread, 1) * factor.y + added.y;
    softmax.largest(thread, 0) = largest(thread, 0), softmax.largest(thread, 1) = largest(thread, 1);
  });
}

/// sum += weights * values. The weights' registers are those of scores, rounded to bf16: C's layout of two tiles is A's of one step.
template <int kDim, int kRowTiles, class Block, class Shared, class Scores>
ASSAY_KERNEL void multiply_values(Block& block, Shared stage, const Scores& scores, Softmax<Block, kDim>& softmax) {
  using L = Layout<kDim, kRowTiles>;
  ASSAY_UNROLL
  for (int step = 0; step < L::kSteps; ++step) {
    PerThread<Block, std::uint32_t, 4> weights;
    block.each([&](int thread) {
      ASSAY_UNROLL
      for (int i = 0; i < 4; ++i) weights(thread, i) = to_bf16_pair(scores(thread, 4 * step + i));
    });
    ASSAY_UNROLL
    for (int n = 0; n < kDim / kTile; ++n) {
      PerThread<Block, std::uint32_t, 4> values;  // dims 0..7, tokens 0..7 and 8..15; then dims 8..15
      load_matrix_x4<true>(block, values, 0, stage, [&](int thread) {
        const int lane = thread % kLanes, token = thread / kLanes / kRowTiles * L::kSliceTokens + step * kTile + lane / 8 % 2 * 8 + lane % 8;
        return kBlockTokens * kDim + place<kDim>(token, 2 * n + lane / 16);
      });
      mma_16816(block, softmax.sum, 4 * n, weights, 0, values, 0);
      mma_16816(block, softmax.sum, 4 * n + 2, weights, 0, values, 2);
    }
  }
}

/// The largest score and the sum of weights of one row over the warps that share it.
template <int kDim, int kRowTiles, class Stats>
ASSAY_KERNEL Two merged_stats(Stats stats, int thread, int tile, int row) {
  using L = Layout<kDim, kRowTiles>;
  Two all = {-INFINITY, 0};
  ASSAY_UNROLL
  for (int slice = 0; slice < L::kSlices; ++slice) all.x = fmaxf(all.x, stats.read(thread, (slice * kRowTiles + tile) * kTile + row).x);
  ASSAY_UNROLL
  for (int slice = 0; slice < L::kSlices; ++slice) {
    const Two one = stats.read(thread, (slice * kRowTiles + tile) * kTile + row);
    all.y += one.y * exp2_fast(one.x - all.x);
  }
  return all;
}

struct alignas(16) EightBf16 {
  std::uint32_t pairs[4];
};
struct alignas(16) FourFloats {
  float value[4];
};

/// Merges the warps' sums through shared memory. At the end every row of `rows` holds its share of the part's normalised result.
template <int kDim, int kRowTiles, class Block, class Rows, class Stats>
ASSAY_KERNEL void share_sums(Block& block, Softmax<Block, kDim>& softmax, Rows rows, Stats stats) {
  using L = Layout<kDim, kRowTiles>;
  warp_sum<4>(block, softmax.weights);
  block.each([&](int thread) {
    const int lane = thread % kLanes, row = thread / kLanes * kTile + lane / 4;
    if (lane % 4 != 0) return;
    stats.write(thread, row, {softmax.largest(thread, 0), softmax.weights(thread, 0)});
    stats.write(thread, row + 8, {softmax.largest(thread, 1), softmax.weights(thread, 1)});
  });
  block.sync();
  block.each([&](int thread) {
    const int lane = thread % kLanes, warp = thread / kLanes;
    ASSAY_UNROLL
    for (int half = 0; half < 2; ++half) {
      const Two all = merged_stats<kDim, kRowTiles>(stats, thread, warp % kRowTiles, lane / 4 + 8 * half);
      const float by = exp2_fast(softmax.largest(thread, half) - all.x) / all.y;
      const int row = (warp * kTile + lane / 4 + 8 * half) * L::kRowTwos + lane % 4;
      ASSAY_UNROLL
      for (int i = 0; i < kDim / 8; ++i) {
        const Two sum = softmax.sum(thread, 2 * i + half);
        rows.write(thread, row + 4 * i, {sum.x * by, sum.y * by});
      }
    }
  });
  block.sync();
}

/// Adds up the warps' shares and writes the result of each query head: to the output, or to the part's slot.
template <int kDim, int kRowTiles, class Block, class Rows, class Stats>
ASSAY_KERNEL void write_result(Block& block, const Arguments& a, const Work& work, int head, Rows rows, Stats stats) {
  using L = Layout<kDim, kRowTiles>;
  const int group = a.heads_q / a.heads_kv;
  block.each([&](int thread) {
    for (int unit = thread; unit < group * L::kChunks; unit += kThreads) {
      const int query = unit / L::kChunks, chunk = unit % L::kChunks, tile = query / kTile, row = query % kTile;
      Two sums[4] = {};
      ASSAY_UNROLL
      for (int slice = 0; slice < L::kSlices; ++slice)
        ASSAY_UNROLL
        for (int i = 0; i < 4; ++i) {
          const Two one = rows.read(thread, ((slice * kRowTiles + tile) * kTile + row) * L::kRowTwos + 4 * chunk + i);
          sums[i] = {sums[i].x + one.x, sums[i].y + one.y};
        }
      const std::int64_t head_q = static_cast<std::int64_t>(head) * group + query;
      if (work.slot == kDirect) {
        const std::int64_t at = static_cast<std::int64_t>(work.sequence) * a.heads_q + head_q;
        const EightBf16 eight = {{to_bf16_pair(sums[0]), to_bf16_pair(sums[1]), to_bf16_pair(sums[2]), to_bf16_pair(sums[3])}};
        block.store(reinterpret_cast<EightBf16*>(a.out + at * kDim) + chunk, eight);
        if (chunk == 0 && a.writes != nullptr) block.count_write(a.writes + at);
      } else {
        const std::int64_t at = static_cast<std::int64_t>(work.slot) * a.heads_q + head_q;
        auto* to = reinterpret_cast<FourFloats*>(a.partial_out + at * kDim) + 2 * chunk;
        block.store(to, FourFloats{{sums[0].x, sums[0].y, sums[1].x, sums[1].y}});
        block.store(to + 1, FourFloats{{sums[2].x, sums[2].y, sums[3].x, sums[3].y}});
        if (chunk != 0) continue;
        const Two all = merged_stats<kDim, kRowTiles>(stats, thread, tile, row);
        block.store(a.partial_lse + at, all.x + log2f(all.y));
        if (a.partial_writes != nullptr) block.count_write(a.partial_writes + at);
      }
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
