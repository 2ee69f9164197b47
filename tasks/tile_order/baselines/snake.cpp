// longest_first with every other row backwards (boustrophedon), so that a row begins at the column where the one before it ended.
#include "policy.h"

i64 row(const Grid& grid, const Block& block) {
  const i64 turn = block.id / grid.columns;
  return grid.causal == 1 ? grid.rows - 1 - turn : turn;
}

i64 column(const Grid& grid, const Block& block) {
  const i64 along = block.id % grid.columns;
  return block.id / grid.columns % 2 == 0 ? along : grid.columns - 1 - along;
}
