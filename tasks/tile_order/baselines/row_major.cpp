// Row after row: what a launch over (column, row) does by itself.
#include "policy.h"

i64 row(const Grid& grid, const Block& block) { return block.id / grid.columns; }

i64 column(const Grid& grid, const Block& block) { return block.id % grid.columns; }
