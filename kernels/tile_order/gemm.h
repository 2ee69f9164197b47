#pragma once
// One tile of C = A * transpose(B).

#include <cstdint>

#include "kernels/common/matrix_product.h"
#include "kernels/tile_order/arguments.h"

namespace assay::kernels::tile_order {

/// 96 KiB and 4 warps: two blocks on an SM (matrix_product.h says why).
using GemmTile = ProductTile<kTileM, kTileN, kTileK, 3, 2, 2>;

template <class Block>
ASSAY_KERNEL void gemm_tile(Block& block, const Arguments& a, int tile_row, int tile_column) {
  const int first_row = tile_row * kTileM, first_column = tile_column * kTileN;
  GemmTile::Sums<Block> sums;
  product<GemmTile>(
      block, sums, a.inner,
      [&](int, int, int i) { return OperandRow{a.a + static_cast<std::int64_t>(first_row + i) * a.inner, first_row + i < a.m}; },
      [&](int, int, int i) { return OperandRow{a.b + static_cast<std::int64_t>(first_column + i) * a.inner, first_column + i < a.n}; });
  store_tile<GemmTile>(block, sums, [&](int, int row, int column, const Chunk& values) {
    if (first_row + row >= a.m || first_column + column >= a.n) return;
    block.store(reinterpret_cast<Chunk*>(a.out + static_cast<std::int64_t>(first_row + row) * a.n + first_column + column), values);
  });
}

}  // namespace assay::kernels::tile_order
