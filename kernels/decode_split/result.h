#pragma once
// The end of a part: the warps' sums become one, which is written to the output or to the part's slot (kernel.h).

#include <cmath>
#include <cstdint>

#include "kernels/common/annotations.h"
#include "kernels/common/bf16.h"
#include "kernels/common/math.h"
#include "kernels/common/per_thread.h"
#include "kernels/decode_split/arguments.h"
#include "kernels/decode_split/layout.h"

namespace assay::kernels::decode_split {

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

}  // namespace assay::kernels::decode_split
