// What is proved of an order besides its safety: that it is one. Words: policies/abi/property.h and policies/abi/table.h.
#include "policies/abi/property.h"
#include "policies/abi/table.h"
#include "policy.h"

/// Every block's tile lies in the grid.
ASSAY_PROPERTY(in_grid, required) {
  auto grid = any<Grid>();
  prove_in_table<kMostBlocks>(grid.rows, grid.columns, [&](i64 id) {
    const Block block{id};
    return Place{row(grid, block), column(grid, block)};
  });
}

/// No two blocks have the same tile; there are as many blocks as tiles, so each tile has its block.
ASSAY_PROPERTY(each_tile_once, required) {
  auto grid = any<Grid>();
  prove_each_once<kMostBlocks>(grid.rows, grid.columns, [&](i64 id) {
    const Block block{id};
    return Place{row(grid, block), column(grid, block)};
  });
}
