#pragma once
// What a launch of tile_order is given: plain pointers and numbers, the same on the CPU and the GPU. C++20: nvcc and the host read it.

#include <cstdint>

#include "kernels/common/bf16.h"
#include "kernels/tile_order/shape.h"

namespace assay::kernels::tile_order {

/// Pointers are to memory of where the kernel runs, aligned to 16 bytes; all but writes and order are needed (those of the other kernel are
/// not read).
struct Arguments {
  // prefill: queries and the output [sequence][token][query head][kHeadDim], keys and values [sequence][token][kv head][kHeadDim]
  const Bf16* q = nullptr;
  const Bf16* k = nullptr;
  const Bf16* v = nullptr;
  // gemm: [m][inner], [n][inner]
  const Bf16* a = nullptr;
  const Bf16* b = nullptr;
  Bf16* out = nullptr;  ///< of the shape of q, or [m][n]

  /// [rows * columns] codes row * columns + column: the tile of block id. Null where the order is linked in as code.
  const std::uint32_t* order = nullptr;
  std::uint32_t* writes = nullptr;  ///< null, or [rows * columns], zeros before: how often each tile was stored
  std::uint32_t* strays = nullptr;  ///< [1], zero before: blocks whose tile is not in the grid; these store nothing

  int rows = 0, columns = 0;  ///< of the grid of tiles; the launch has rows * columns blocks
  int heads_q = 0, heads_kv = 0, length = 0;  ///< prefill
  int m = 0, n = 0, inner = 0;                ///< gemm
  float scale = 0;                            ///< prefill: of the scores, 1 / sqrt(kHeadDim), times log2(e)
};

/// Everything of Arguments but the pointers.
constexpr Arguments sizes(const Shape& shape) {
  Arguments all;
  all.rows = grid(shape).rows;
  all.columns = grid(shape).columns;
  all.heads_q = shape.heads_q;
  all.heads_kv = shape.heads_kv;
  all.length = shape.length;
  all.m = shape.m;
  all.n = shape.n;
  all.inner = shape.k;
  all.scale = 0.08838834764831845f * 1.4426950408889634f;
  return all;
}

}  // namespace assay::kernels::tile_order
