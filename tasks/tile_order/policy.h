#pragma once
#include "policies/abi/assay.h"

/// Bounds of a grid of tiles, and of the blocks that are started for it.
constexpr i64 kMostRows = 256;
constexpr i64 kMostColumns = 256;
constexpr i64 kMostBlocks = kMostRows * kMostColumns;
/// An answer may be any number of this size, so that a formula need not watch what it gives for ids beyond the grid.
constexpr i64 kMostTile = 1LL << 40;

/// The output of one kernel launch, cut into rows * columns tiles.
struct Grid {
  i64 rows ASSAY_FIELD("tiles", 1, kMostRows);
  i64 columns ASSAY_FIELD("tiles", 1, kMostColumns);
  i64 causal ASSAY_FIELD("", 0, 1);  ///< 1: the work of a tile in row r grows as r + 1; 0: all tiles are alike
};

/// One thread block. Blocks start in the order of their ids, as many at a time as the device holds; the next one starts where one ends.
struct Block {
  i64 id ASSAY_FIELD("block", 0, kMostBlocks - 1);  ///< there are rows * columns of them; what is answered to a larger id is not used
};

/// The row of the tile that the block computes. With column() it must give every tile of the grid to exactly one block.
i64 row(const Grid& grid, const Block& block) ASSAY_RETURNS("tile", -kMostTile, kMostTile);

/// The column of the tile that the block computes.
i64 column(const Grid& grid, const Block& block) ASSAY_RETURNS("tile", -kMostTile, kMostTile);
