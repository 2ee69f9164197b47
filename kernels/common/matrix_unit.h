#pragma once
// The CPU's stand-in for a tensor core: one warp's m16n8k16 step, compiled for several instruction sets, of which the machine's best is
// taken. The order of additions is the same in all; with FMA the last bit may differ, as it does between a CPU and a GPU.

#include <cstdint>

namespace assay::kernels {

struct MatrixUnit {
  /// c: [2][8][8] accumulators, rows 0..7 and 8..15; a: [4][8][4] and b: [2][8][4] pairs of bf16, in the order of mma.h's registers (each
  /// register of a warp is an 8 x 8 matrix, row by row; b's rows are columns of B).
  void (*multiply_add)(float* c, const std::uint32_t* a, const std::uint32_t* b);
  const char* name;
};

const MatrixUnit& matrix_unit();

inline void transpose_8x8(std::uint16_t (&rows)[8][8]) {
  std::uint16_t columns[8][8];
  for (int i = 0; i < 8; ++i)
    for (int j = 0; j < 8; ++j) columns[j][i] = rows[i][j];
  for (int i = 0; i < 8; ++i)
    for (int j = 0; j < 8; ++j) rows[i][j] = columns[i][j];
}

}  // namespace assay::kernels
