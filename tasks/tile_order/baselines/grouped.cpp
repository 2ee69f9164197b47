// Bands of 8 rows, column by column within a band, so that blocks that run together share both operands in L2: the grouped ordering of
// Triton's matrix multiplication tutorial with GROUP_SIZE_M = 8. The last band has the rows that are left.
#include "policy.h"

i64 first(const Grid& grid, i64 id) { return id / (8 * grid.columns) * 8; }

i64 height(const Grid& grid, i64 id) { return clamp(grid.rows - first(grid, id), 1, 8); }

i64 row(const Grid& grid, const Block& block) {
  return first(grid, block.id) + block.id % (8 * grid.columns) % height(grid, block.id);
}

i64 column(const Grid& grid, const Block& block) { return block.id % (8 * grid.columns) / height(grid, block.id); }
