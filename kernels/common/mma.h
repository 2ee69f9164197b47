#pragma once
// Tensor core operations of a warp: mma.sync.m16n8k16 (bf16 operands, fp32 accumulators) and ldmatrix.x4, in the lane layouts of the PTX
// ISA ("Matrix multiply-accumulate: m16n8k16", "ldmatrix"). On the CPU the same operands from the same lanes: a wrong layout is a wrong result.
//
// Lane l holds, with g = l / 4 and t = l % 4:
//   A (16 x 16) four registers of two bf16: rows g, g + 8, g, g + 8; columns 2t and 2t + 1, and for the last two registers 8 more
//   B (16 x 8)  two registers: column g; rows 2t and 2t + 1, and 8 more for the second
//   C (16 x 8)  two Twos: row g, then row g + 8; columns 2t and 2t + 1

#include <cstdint>
#include <cstring>

#include "kernels/common/annotations.h"
#include "kernels/common/bf16.h"
#include "kernels/common/matrix_unit.h"
#include "kernels/common/per_thread.h"
#ifdef __CUDACC__
#include "kernels/common/gpu_block.h"
#endif

namespace assay::kernels {

/// c(., c_at .. c_at + 1) += a(., a_at .. a_at + 3) * b(., b_at .. b_at + 1), in every warp.
template <class Block, int kC, int kA, int kB>
ASSAY_KERNEL void mma_16816(Block&, AllThreads<Two, kC, Block::kThreads>& c, int c_at, const AllThreads<std::uint32_t, kA, Block::kThreads>& a, int a_at,
                            const AllThreads<std::uint32_t, kB, Block::kThreads>& b, int b_at) {
  const MatrixUnit& unit = matrix_unit();
  for (int warp = 0; warp < Block::kWarps; ++warp) unit.multiply_add(&c.value[warp][c_at][0].x, a.value[warp][a_at], b.value[warp][b_at]);
}

/// Four 8 x 8 matrices of shared memory into to(., at .. at + 3). `row(thread)`: the element at which the row begins that this lane gives; lanes
/// 0 to 7 give those of the first matrix, and so on. Transposed: each matrix as if its rows were columns.
template <bool kTransposed, class Block, int N, class Shared, class Row>
ASSAY_KERNEL void load_matrix_x4(Block& block, AllThreads<std::uint32_t, N, Block::kThreads>& to, int at, Shared from, Row row) {
  for (int warp = 0; warp < Block::kWarps; ++warp)
    for (int matrix = 0; matrix < 4; ++matrix) {
      std::uint16_t rows[8][8];
      for (int i = 0; i < 8; ++i) {
        const int thread = warp * kLanes + matrix * 8 + i;
        block.read_row(thread, from, row(thread), rows[i]);
      }
      if constexpr (kTransposed) transpose_8x8(rows);
      std::memcpy(to.value[warp][at + matrix], rows, sizeof rows);
    }
}

#ifdef __CUDACC__
template <class Block, int kC, int kA, int kB>
ASSAY_KERNEL void mma_16816(Block&, OneThread<Two, kC>& c, int c_at, const OneThread<std::uint32_t, kA>& a, int a_at, const OneThread<std::uint32_t, kB>& b, int b_at) {
  Two& top = c.value[c_at];
  Two& bottom = c.value[c_at + 1];
  asm(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(top.x), "+f"(top.y), "+f"(bottom.x), "+f"(bottom.y)
      : "r"(a.value[a_at]), "r"(a.value[a_at + 1]), "r"(a.value[a_at + 2]), "r"(a.value[a_at + 3]), "r"(b.value[b_at]), "r"(b.value[b_at + 1]));
}

template <bool kTransposed, class Block, int N, class Row>
ASSAY_KERNEL void load_matrix_x4(Block&, OneThread<std::uint32_t, N>& to, int at, PlainShared<Bf16> from, Row row) {
  const std::uint32_t address = shared_address(from.begin + row(static_cast<int>(threadIdx.x)));
  if constexpr (kTransposed)
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(to.value[at]), "=r"(to.value[at + 1]), "=r"(to.value[at + 2]), "=r"(to.value[at + 3]) : "r"(address) : "memory");
  else
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(to.value[at]), "=r"(to.value[at + 1]), "=r"(to.value[at + 2]), "=r"(to.value[at + 3]) : "r"(address) : "memory");
}
#endif

}  // namespace assay::kernels
