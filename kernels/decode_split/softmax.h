#pragma once
// One block of 64 tokens: scores, online softmax, weighted values (kernel.h). A warp does its own slice of the tokens for its own row tile.

#include <cmath>
#include <cstdint>

#include "kernels/common/annotations.h"
#include "kernels/common/bf16.h"
#include "kernels/common/math.h"
#include "kernels/common/mma.h"
#include "kernels/common/per_thread.h"
#include "kernels/decode_split/layout.h"

namespace assay::kernels::decode_split {

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

}  // namespace assay::kernels::decode_split
