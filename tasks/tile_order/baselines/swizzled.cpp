// Bands of up to 8 columns, row by row within a band, as CUTLASS's GemmIdentityThreadblockSwizzle<8> has them: 8 wide from 6 columns on,
// 4 from 3, 2 from 2. The last band has the columns that are left, where CUTLASS starts blocks that leave at once.
#include "policy.h"

i64 band(const Grid& grid) { return grid.columns >= 6 ? 8 : grid.columns >= 3 ? 4 : grid.columns >= 2 ? 2 : 1; }

i64 first(const Grid& grid, i64 id) { return id / (band(grid) * grid.rows) * band(grid); }

i64 width(const Grid& grid, i64 id) { return clamp(grid.columns - first(grid, id), 1, band(grid)); }

i64 row(const Grid& grid, const Block& block) { return block.id % (band(grid) * grid.rows) / width(grid, block.id); }

i64 column(const Grid& grid, const Block& block) {
  return first(grid, block.id) + block.id % (band(grid) * grid.rows) % width(grid, block.id);
}
