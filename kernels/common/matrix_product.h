#pragma once
// One block's tile of a product C = A * transpose(B): bf16 operands whose rows run along the inner dimension, fp32 accumulators. Tiles of the
// inner dimension stream through kStages buffers of shared memory by cp.async while the tensor cores work on the oldest.
//
// A buffer is made of panels, 64 values (128 bytes) wide; within a row of a panel, the 16-byte chunks are permuted by the row's number modulo
// 8. So a quarter-warp's copies fill whole rows, and the 8 rows that one ldmatrix phase reads lie in 8 different groups of 4 banks: neither has
// a bank conflict, without padding.
//
// Why 4 warps even for 128 x 128: per mma, a 64 x 64 warp tile reads 128 bytes of fragments and its share of the copies writes 64; at 128 bytes
// a clock that is 1.5 clocks an mma. 8 warps of 64 x 32 would need 2, and mma.sync could run at half of the tensor cores' rate at most. Two such
// blocks share an SM (96 KiB and 128 x 255 registers each), so one computes while the other waits.

#include <cstdint>

#include "kernels/common/block.h"
#include "kernels/common/mma.h"

namespace assay::kernels {

inline constexpr int kPanel = 64;                    ///< values in a panel's row
inline constexpr int kChunks = kPanel / kCopyValues;  ///< 16-byte chunks in it

/// Without a sign, so that nvcc sees shifts and masks, and most of an address is known when loops are unrolled.
ASSAY_BOTH constexpr int lane_of(int thread) { return thread & (kLanes - 1); }
ASSAY_BOTH constexpr int warp_of(int thread) { return static_cast<int>(static_cast<unsigned>(thread) / kLanes); }

/// Element of a tile that is `rows` high, made of panels: chunk counts through all panels.
ASSAY_BOTH constexpr int panel_element(int rows, int row, int chunk) {
  const auto r = static_cast<unsigned>(row), c = static_cast<unsigned>(chunk);
  return static_cast<int>((c / kChunks * static_cast<unsigned>(rows) + r) * kPanel + (c % kChunks ^ r % kChunks) * kCopyValues);
}

/// The same row 16 values, one step of mma, further right for each step. Requires: the element is of chunk 0 or 1. On the GPU four values, and
/// constants that ldmatrix adds by itself.
ASSAY_BOTH constexpr int panel_step(int rows, int element, int step) {
  return (element ^ (step & 3) * 2 * kCopyValues) + (step >> 2) * rows * kPanel;
}

/// Where a lane's row for ldmatrix.x4 begins in 16 rows of a tile, at step 0: for the left operand (and for a right one that lies transposed),
/// and for the right operand.
ASSAY_BOTH constexpr int left_row(int lane) { return panel_element(0, lane & 15, lane >> 4); }
ASSAY_BOTH constexpr int right_row(int lane) { return panel_element(0, (lane >> 4) * 8 + (lane & 7), lane >> 3 & 1); }

/// The same number, of which nvcc no longer knows where it came from: what is derived from it in a loop is computed there, rather than before the
/// loop and kept in registers that are wanted for other things.
ASSAY_KERNEL int held(int value) {
#ifdef __CUDA_ARCH__
  asm volatile("" : "+r"(value));
#endif
  return value;
}

/// 16 bytes, moved at once.
struct alignas(kCopyBytes) Chunk {
  std::uint32_t words[4];
};

/// A tile of kM x kN, kK inner values at a time, by kWarpsM x kWarpsN warps.
template <int kM_, int kN_, int kK_, int kStages_, int kWarpsM_, int kWarpsN_>
struct ProductTile {
  static constexpr int kM = kM_, kN = kN_, kK = kK_, kStages = kStages_, kWarpsM = kWarpsM_, kWarpsN = kWarpsN_;
  static constexpr int kThreads = kWarpsM * kWarpsN * kLanes;
  static constexpr int kPanels = kK / kPanel;
  static constexpr int kWarpM = kM / kWarpsM, kWarpN = kN / kWarpsN;         ///< of C, for each warp
  static constexpr int kFragmentsM = kWarpM / 16, kFragmentsN = kWarpN / 16;  ///< what one ldmatrix.x4 brings
  static constexpr int kLeft = kM * kK, kRight = kN * kK;                    ///< values of a stage
  static constexpr int kSharedBytes = kStages * (kLeft + kRight) * 2;
  static constexpr int kRowsPerPass = kThreads / kChunks;  ///< rows of a panel that all threads copy at once, a chunk each
  static constexpr int kLeftPasses = kM / kRowsPerPass, kRightPasses = kN / kRowsPerPass;
  static constexpr int kSums = kFragmentsM * kFragmentsN * 4;  ///< Twos for each thread
  /// The row of an operand that a thread copies a chunk of in a pass.
  ASSAY_BOTH static constexpr int row_of(int thread, int pass) { return pass * kRowsPerPass + static_cast<int>(static_cast<unsigned>(thread) / kChunks); }
  template <class Block>
  using Sums = PerThread<Block, Two, kSums>;

  static_assert(kK % kPanel == 0 && kWarpM % 16 == 0 && kWarpN % 16 == 0 && kStages >= 2);
  static_assert(kM % kRowsPerPass == 0 && kN % kRowsPerPass == 0 && kM * kN * 2 <= kSharedBytes);
  /// Of the Twos of a thread's 16 x 8 piece (m, n); the next one is 8 rows below.
  ASSAY_BOTH static constexpr int sum_at(int m, int n) { return (m * kFragmentsN * 2 + n) * 2; }
};

/// A row of an operand in global memory. Where it is not present it is all zeros, and `begin` is not read.
struct OperandRow {
  const Bf16* begin;
  bool present;
};

/// Copies one panel, inner values `inner_at` .. + 63 of all rows, a chunk of kPasses rows for each thread.
template <class Tile, int kPasses, class Block, class Shared, class Row>
ASSAY_KERNEL void copy_panel(Block& block, int thread, Shared to, int first, int inner_at, bool present, const Row& row) {
  const int chunk = thread & (kChunks - 1);
  ASSAY_UNROLL
  for (int pass = 0; pass < kPasses; ++pass) {
    const int i = Tile::row_of(thread, pass);
    const OperandRow from = row(thread, pass, i);
    block.async_copy(thread, to, first + panel_element(0, i, chunk), from.begin + inner_at + chunk * kCopyValues, present && from.present);
  }
}

/// One stage: tile number `tile` of the inner dimension, of both operands; zeros beyond its end. B goes first: which rows of A there are may
/// have to be looked up.
template <class Tile, class Block, class Shared, class Left, class Right>
ASSAY_KERNEL void copy_stage(Block& block, Shared buffers, int tile, int inner, const Left& left, const Right& right) {
  const int stage = static_cast<int>(static_cast<unsigned>(tile) % Tile::kStages) * (Tile::kLeft + Tile::kRight);
  block.each([&](int thread) {
    ASSAY_UNROLL
    for (int panel = 0; panel < Tile::kPanels; ++panel) {
      const int inner_at = tile * Tile::kK + panel * kPanel;
      copy_panel<Tile, Tile::kRightPasses>(block, thread, buffers, stage + Tile::kLeft + panel * Tile::kN * kPanel, inner_at, inner_at < inner, right);
      copy_panel<Tile, Tile::kLeftPasses>(block, thread, buffers, stage + panel * Tile::kM * kPanel, inner_at, inner_at < inner, left);
    }
  });
}

/// The operands of one step of 16 inner values: each warp's rows of A and of B.
template <class Tile, class Block>
struct Fragments {
  PerThread<Block, std::uint32_t, Tile::kFragmentsM * 4> left;
  PerThread<Block, std::uint32_t, Tile::kFragmentsN * 4> right;
};

/// left and right: where each lane's rows begin in its warp's part of the stage, at step 0.
template <class Tile, class Block, class Shared>
ASSAY_KERNEL void load_fragments(Block& block, Fragments<Tile, Block>& to, Shared buffers, PerThread<Block, int>& left, PerThread<Block, int>& right, int step) {
  ASSAY_UNROLL
  for (int m = 0; m < Tile::kFragmentsM; ++m)
    load_matrix_x4<false>(block, to.left, m * 4, buffers, [&](int thread) { return panel_step(Tile::kM, left[thread], step) + m * 16 * kPanel; });
  ASSAY_UNROLL
  for (int n = 0; n < Tile::kFragmentsN; ++n)
    load_matrix_x4<false>(block, to.right, n * 4, buffers, [&](int thread) { return panel_step(Tile::kN, right[thread], step) + n * 16 * kPanel; });
}

template <class Tile, class Block>
ASSAY_KERNEL void multiply(Block& block, typename Tile::template Sums<Block>& sums, Fragments<Tile, Block>& operands) {
  ASSAY_UNROLL
  for (int m = 0; m < Tile::kFragmentsM; ++m) {
    ASSAY_UNROLL
    for (int n = 0; n < Tile::kFragmentsN * 2; ++n) mma_16816(block, sums, Tile::sum_at(m, n), operands.left, m * 4, operands.right, n * 2);
  }
}

/// sums = A * transpose(B) of this block's tile. left(thread, pass, i) and right(thread, pass, i) give row i of the operand; a thread asks for the
/// same rows in the same passes each time. Requires: inner is a multiple of 64, rows are aligned to 16 bytes.
template <class Tile, class Block, class Left, class Right>
ASSAY_KERNEL void product(Block& block, typename Tile::template Sums<Block>& sums, int inner, const Left& left, const Right& right) {
  auto buffers = block.template shared<Bf16>(0, Tile::kSharedBytes / 2);
  const int tiles = (inner + Tile::kK - 1) / Tile::kK;
  ASSAY_UNROLL
  for (int tile = 0; tile < Tile::kStages - 1; ++tile) {
    if (tile < tiles) copy_stage<Tile>(block, buffers, tile, inner, left, right);
    block.commit_copies();
  }
  block.each([&](int thread) {
    ASSAY_UNROLL
    for (int i = 0; i < Tile::kSums; ++i) sums(thread, i) = {0, 0};
  });
  for (int tile = 0; tile < tiles; ++tile) {
    block.template wait_copies<Tile::kStages - 2>();
    block.sync();  // this tile is there for all, and all have left the buffer that is filled next
    if (tile + Tile::kStages - 1 < tiles) copy_stage<Tile>(block, buffers, tile + Tile::kStages - 1, inner, left, right);
    block.commit_copies();  // empty ones at the end keep the count

    const int stage = static_cast<int>(static_cast<unsigned>(tile) % Tile::kStages) * (Tile::kLeft + Tile::kRight);
    PerThread<Block, int> left_at, right_at;
    block.each([&](int thread) {
      const int lane = lane_of(thread), warp = warp_of(thread);
      left_at[thread] = stage + (warp / Tile::kWarpsN) * Tile::kWarpM * kPanel + left_row(lane);
      right_at[thread] = stage + Tile::kLeft + (warp % Tile::kWarpsN) * Tile::kWarpN * kPanel + right_row(lane);
    });
    Fragments<Tile, Block> operands[2];  // one is loaded while the other is used
    load_fragments<Tile>(block, operands[0], buffers, left_at, right_at, 0);
    ASSAY_UNROLL
    for (int step = 0; step < Tile::kK / 16; ++step) {
      if (step + 1 < Tile::kK / 16) load_fragments<Tile>(block, operands[(step + 1) % 2], buffers, left_at, right_at, step + 1);
      multiply<Tile>(block, sums, operands[step % 2]);
    }
  }
  block.template wait_copies<0>();
}

/// The tile as bf16, through shared memory, so that each row is written 16 bytes at a time by neighbouring threads.
///   store(thread, row, column, chunk): 8 values of the tile from (row, column) on
template <class Tile, class Block, class Store>
ASSAY_KERNEL void store_tile(Block& block, const typename Tile::template Sums<Block>& sums, const Store& store) {
  block.sync();  // the operands in shared memory are done with
  auto pairs = block.template shared<std::uint32_t>(0, Tile::kM * Tile::kN / 2);
  block.each([&](int thread) {
    const int lane = lane_of(thread), warp = warp_of(thread);
    ASSAY_UNROLL
    for (int m = 0; m < Tile::kFragmentsM; ++m) {
      ASSAY_UNROLL
      for (int n = 0; n < Tile::kFragmentsN * 2; ++n) {
        ASSAY_UNROLL
        for (int half = 0; half < 2; ++half) {
          const int row = (warp / Tile::kWarpsN) * Tile::kWarpM + m * 16 + half * 8 + (lane >> 2);
          const int chunk = (warp % Tile::kWarpsN) * (Tile::kWarpN / kCopyValues) + n;
          pairs.write(thread, panel_element(Tile::kM, row, chunk) / 2 + (lane & 3), to_bf16_pair(sums(thread, Tile::sum_at(m, n) + half)));
        }
      }
    }
  });
  block.sync();
  auto chunks = block.template shared<Chunk>(0, Tile::kM * Tile::kN / kCopyValues);
  constexpr int kRowChunks = Tile::kN / kCopyValues;
  block.each([&](int thread) {
    ASSAY_UNROLL
    for (int pass = 0; pass < Tile::kM * kRowChunks / Tile::kThreads; ++pass) {
      const int i = pass * Tile::kThreads + thread, row = i / kRowChunks, chunk = i % kRowChunks;
      store(thread, row, chunk * kCopyValues, chunks.read(thread, panel_element(Tile::kM, row, chunk) / kCopyValues));
    }
  });
}

}  // namespace assay::kernels
