#pragma once
// The second kernel: the parts of one output row become one (kernel.h says how they were made).

#include <cmath>
#include <cstdint>

#include "kernels/common/annotations.h"
#include "kernels/common/math.h"
#include "kernels/common/per_thread.h"
#include "kernels/decode_split/arguments.h"

namespace assay::kernels::decode_split {

inline constexpr int kMergeThreads = 128, kMergeWarps = kMergeThreads / kLanes;

template <int kCount>
struct alignas(4 * kCount) Piece {
  float value[kCount];
};

template <int kDim>
constexpr int merge_shared_bytes() {
  return kMergeWarps * kDim * static_cast<int>(sizeof(float));
}

/// log2 of the sum of 2^lse over a row's parts, in every lane.
template <class Block>
ASSAY_KERNEL void total_of(Block& block, const float* lse, int stride, int parts, PerThread<Block, float>& total) {
  PerThread<Block, float> largest;
  block.each([&](int thread) {
    largest[thread] = -INFINITY;
    for (int part = thread % kLanes; part < parts; part += kLanes) largest[thread] = fmaxf(largest[thread], block.load(lse + part * stride));
  });
  warp_max<kLanes>(block, largest);
  block.each([&](int thread) {
    total[thread] = 0;
    for (int part = thread % kLanes; part < parts; part += kLanes) total[thread] += exp2_fast(block.load(lse + part * stride) - largest[thread]);
  });
  warp_sum<kLanes>(block, total);
  block.each([&](int thread) { total[thread] = largest[thread] + log2f(total[thread]); });
}

/// Blocks: merge_count * heads_q. Each warp adds up every fourth part; a lane has kDim / 32 values.
template <int kDim, class Block>
ASSAY_KERNEL void merge_parts(Block& block, const Arguments& a) {
  constexpr int kValues = kDim / kLanes;
  using Values = Piece<kValues>;
  const Merge merge = block.load(a.merges + block.index() / a.heads_q);
  const int head = block.index() % a.heads_q;
  const std::int64_t first = static_cast<std::int64_t>(merge.first_slot) * a.heads_q + head;
  PerThread<Block, float> total;
  total_of(block, a.partial_lse + first, a.heads_q, merge.parts, total);
  auto sums = block.template shared<Values>(0, kMergeThreads);
  block.each([&](int thread) {
    Values sum = {};
    for (int part = thread / kLanes; part < merge.parts; part += kMergeWarps) {
      const std::int64_t row = first + static_cast<std::int64_t>(part) * a.heads_q;
      const float weight = exp2_fast(block.load(a.partial_lse + row) - total[thread]);
      const Values piece = block.load(reinterpret_cast<const Values*>(a.partial_out + row * kDim) + thread % kLanes);
      ASSAY_UNROLL
      for (int i = 0; i < kValues; ++i) sum.value[i] += weight * piece.value[i];
    }
    sums.write(thread, thread, sum);
  });
  block.sync();
  block.each([&](int thread) {
    if (thread >= kLanes) return;
    Values sum = sums.read(thread, thread);
    ASSAY_UNROLL
    for (int warp = 1; warp < kMergeWarps; ++warp) {
      const Values other = sums.read(thread, warp * kLanes + thread);
      ASSAY_UNROLL
      for (int i = 0; i < kValues; ++i) sum.value[i] += other.value[i];
    }
    const std::int64_t row = static_cast<std::int64_t>(merge.sequence) * a.heads_q + head;
    auto* to = reinterpret_cast<std::uint32_t*>(a.out + row * kDim) + thread * (kValues / 2);
    ASSAY_UNROLL
    for (int i = 0; i < kValues / 2; ++i) block.store(to + i, to_bf16_pair({sum.value[2 * i], sum.value[2 * i + 1]}));
    if (thread == 0 && a.writes != nullptr) block.count_write(a.writes + row);
  });
}

}  // namespace assay::kernels::decode_split
