#pragma once
// How the kernel's threads, registers and shared memory are laid out, for one head_dim and one number of row tiles (kernel.h).

#include "kernels/common/annotations.h"
#include "kernels/common/bf16.h"
#include "kernels/common/per_thread.h"
#include "kernels/decode_split/shape.h"

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

/// What a warp knows of its rows g and g + 8 so far: the values' weighted sum, and per row the largest score and the sum of weights.
template <class Block, int kDim>
struct Softmax {
  PerThread<Block, Two, kDim / 4> sum;
  PerThread<Block, float, 2> largest;
  PerThread<Block, float, 2> weights;  ///< this lane's share of it, until the part ends
};

}  // namespace assay::kernels::decode_split
