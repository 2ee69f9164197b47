#pragma once
// One block's tile of the grouped product: up to tile_m rows of one expert, gathered by their tokens, times tile_n of its columns.

#include <cstdint>

#include "kernels/common/matrix_product.h"
#include "kernels/moe_select/arguments.h"

namespace assay::kernels::moe_select {

/// kVariants[action] as a tile for 4 warps: side by side over low tiles, so that each weight is read from shared memory once, else two by two.
template <int kAction>
using TileOf = ProductTile<kVariants[kAction].tile_m, kVariants[kAction].tile_n, kVariants[kAction].tile_k, kVariants[kAction].stages,
                           kVariants[kAction].tile_m <= 32 ? 1 : 2, kVariants[kAction].tile_m <= 32 ? 4 : 2>;

/// A block's place in the output.
struct Place {
  int expert;
  int first_row, end_row;  ///< end_row: of the expert; the tile may reach beyond it
  int first_column;
};

template <class Tile, class Block>
ASSAY_KERNEL Place place_of(Block& block, const Arguments& a) {
  const auto across = static_cast<unsigned>(a.n / Tile::kN), id = static_cast<unsigned>(block.index());
  constexpr int kHeight = height_index(Tile::kM);
  const ExpertRows rows = block.load(a.lists + a.list_begin[kHeight] + id / across);
  const unsigned turn = id - static_cast<unsigned>(rows.first_tile) * across, down = static_cast<unsigned>(rows.tiles);
  return {rows.expert, rows.first_row + static_cast<int>(turn % down) * Tile::kM, rows.end_row, static_cast<int>(turn / down) * Tile::kN};
}

template <class Tile, class Block>
ASSAY_KERNEL void run(Block& block, const Arguments& a) {
  const Place place = place_of<Tile>(block, a);
  const Bf16* weights = a.weights + (static_cast<std::int64_t>(place.expert) * a.n + place.first_column) * a.k;

  constexpr std::uint32_t kNoRow = 0xffffffffu;
  PerThread<Block, std::uint32_t, Tile::kLeftPasses> tokens;  ///< of the rows that a thread copies
  block.each([&](int thread) {
    ASSAY_UNROLL
    for (int pass = 0; pass < Tile::kLeftPasses; ++pass) {
      const int row = place.first_row + Tile::row_of(thread, pass);
      tokens(thread, pass) = row < place.end_row ? block.load(a.row_token + row) : kNoRow;
    }
  });

  typename Tile::template Sums<Block> sums;
  product<Tile>(
      block, sums, a.k,
      [&](int thread, int pass, int) {
        const std::uint32_t token = tokens(thread, pass);
        return OperandRow{a.x + static_cast<std::int64_t>(token == kNoRow ? 0 : token) * a.k, token != kNoRow};
      },
      [&](int, int, int i) { return OperandRow{weights + static_cast<std::int64_t>(i) * a.k, true}; });

  store_tile<Tile>(block, sums, [&](int, int tile_row, int tile_column, const Chunk& values) {
    const int row = place.first_row + tile_row, column = place.first_column + tile_column;
    if (row >= place.end_row) return;
    block.store(reinterpret_cast<Chunk*>(a.out + static_cast<std::int64_t>(row) * a.n + column), values);
    if (a.writes != nullptr && column % kCountedColumns == 0) block.count_write(a.writes + static_cast<std::int64_t>(row) * (a.n / kCountedColumns) + column / kCountedColumns);
  });
}

}  // namespace assay::kernels::moe_select
