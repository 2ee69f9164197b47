// Causal attention's last rows have the most work: they begin first (longest processing time first; the reversed row index of
// FlashAttention's causal kernels). Without causality it is row_major.
#include "policy.h"

i64 row(const Grid& grid, const Block& block) {
  const i64 turn = block.id / grid.columns;
  return grid.causal == 1 ? grid.rows - 1 - turn : turn;
}

i64 column(const Grid& grid, const Block& block) { return block.id % grid.columns; }
