#pragma once
// The CPU's stand-in for a tensor core: one warp's m16n8k16 step, written for several instruction sets, of which the machine's best is
// taken. They differ in the last bits, as a CPU and a GPU do.

#include <cstdint>
#include <utility>
#include <vector>

namespace assay::kernels {

struct MatrixUnit {
  /// c: [2][8][8] accumulators, rows 0..7 and 8..15; a: [4][8][4] and b: [2][8][4] pairs of bf16, in the order of mma.h's registers (each
  /// register of a warp is an 8 x 8 matrix, row by row; b's rows are columns of B).
  void (*multiply_add)(float* c, const std::uint32_t* a, const std::uint32_t* b);
  const char* name;
};

/// Those that this machine can run, the fastest last.
const std::vector<MatrixUnit>& matrix_units();
const MatrixUnit& matrix_unit();

inline void transpose_8x8(std::uint16_t (&values)[8][8]) {
  for (int i = 0; i < 8; ++i)
    for (int j = 0; j < i; ++j) std::swap(values[i][j], values[j][i]);
}

}  // namespace assay::kernels
