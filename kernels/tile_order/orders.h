#pragma once
// The orders that a new one is held against, most of them of public kernels, as functions from (grid, linear block id) to a tile. Each is a
// bijection of 0 .. tiles - 1 onto the grid; tasks/tile_order/baselines/ says the same in the policy language. C++20: nvcc and the host read it.

#include <cstdint>
#include <string_view>
#include <vector>

#include "kernels/tile_order/shape.h"

namespace assay::kernels::tile_order {

struct Tile {
  int row = 0, column = 0;
  friend constexpr bool operator==(const Tile&, const Tile&) = default;
};

/// Row after row: what a launch over (column, row) does by itself.
constexpr Tile row_major(const Grid& grid, int id) { return {id / grid.columns, id % grid.columns}; }

/// Bands of 8 rows, column by column within a band, so that blocks that run together share both operands in L2. The "grouped ordering" of
/// Triton's tutorial "Matrix Multiplication" with GROUP_SIZE_M = 8; the last band has the rows that are left.
constexpr Tile grouped(const Grid& grid, int id) {
  constexpr int kBand = 8;
  const int first = id / (kBand * grid.columns) * kBand, inside = id % (kBand * grid.columns);
  const int height = grid.rows - first < kBand ? grid.rows - first : kBand;
  return {first + inside % height, inside / height};
}

/// Bands of up to 8 columns, row by row within a band: CUTLASS's GemmIdentityThreadblockSwizzle<8> (threadblock_swizzle.h), whose bands are
/// 8 wide from 6 columns on, 4 from 3, 2 from 2. There the last band keeps that width and its blocks beyond the grid leave at once; here it
/// has the columns that are left.
constexpr Tile swizzled(const Grid& grid, int id) {
  const int band = grid.columns >= 6 ? 8 : grid.columns >= 3 ? 4 : grid.columns >= 2 ? 2 : 1;
  const int first = id / (band * grid.rows) * band, inside = id % (band * grid.rows);
  const int width = grid.columns - first < band ? grid.columns - first : band;
  return {inside / width, first + inside % width};
}

/// Causal attention's last rows have the most keys: they begin first (longest processing time first; Graham, "Bounds on Multiprocessing
/// Timing Anomalies", 1969), as in FlashAttention-3's SingleTileLPTScheduler, but without its grouping of heads by what fits in L2. Without
/// causality it is row_major.
constexpr Tile longest_first(const Grid& grid, int id) {
  const int turn = id / grid.columns;
  return {grid.causal ? grid.rows - 1 - turn : turn, id % grid.columns};
}

/// longest_first with every other row backwards (boustrophedon), so that a row begins at the column where the one before it ended.
/// No public attention kernel's that we know of: tiles dealt out like that to so many processors as there are columns have even sums.
constexpr Tile snake(const Grid& grid, int id) {
  const Tile tile = longest_first(grid, id);
  return {tile.row, id / grid.columns % 2 == 0 ? tile.column : grid.columns - 1 - tile.column};
}

struct Order {
  std::string_view name;
  Tile (*tile)(const Grid& grid, int id);
};
inline constexpr Order kOrders[] = {
    {"row_major", row_major}, {"grouped", grouped}, {"swizzled", swizzled}, {"longest_first", longest_first}, {"snake", snake},
};

constexpr std::uint32_t code(const Grid& grid, const Tile& tile) {
  return static_cast<std::uint32_t>(tile.row) * static_cast<std::uint32_t>(grid.columns) + static_cast<std::uint32_t>(tile.column);
}

/// The order as data: the code of the tile of each id.
inline std::vector<std::uint32_t> codes(const Grid& grid, Tile (*tile)(const Grid&, int)) {
  std::vector<std::uint32_t> all;
  all.reserve(static_cast<std::size_t>(grid.tiles()));
  for (int id = 0; id < grid.tiles(); ++id) all.push_back(code(grid, tile(grid, id)));
  return all;
}

}  // namespace assay::kernels::tile_order
