// The kernels of tile_order whose order is code: assay_tile is left open, for nvJitLink to fill with a certified policy compiled for the
// device. Built as tile_order.ltoir and tile_order.cubin (cuda.cmake).
//
// The policy is given no pointer but to its two answers, and what it answers is checked against the grid before it is used. One thread asks
// it for all: the rest of the kernel is then compiled as if the order were data, whatever the policy is.

#include "kernels/common/gpu_block.h"
#include "kernels/tile_order/kernel.h"

extern "C" __device__ void assay_tile(int rows, int columns, int causal, int id, int* row, int* column);

namespace assay::kernels::tile_order {
namespace {

template <bool kCausal>
struct OrderFromCode {
  template <class Block>
  ASSAY_KERNEL std::uint32_t operator()(Block&, const Arguments& a, int id) const {
    __shared__ std::uint32_t code;
    if (threadIdx.x == 0) {
      int row = -1, column = -1;
      assay_tile(a.rows, a.columns, kCausal ? 1 : 0, id, &row, &column);
      const bool inside = row >= 0 && row < a.rows && column >= 0 && column < a.columns;
      code = inside ? static_cast<std::uint32_t>(row) * static_cast<std::uint32_t>(a.columns) + static_cast<std::uint32_t>(column) : 0xffffffffu;
    }
    __syncthreads();
    return code;
  }
};

}  // namespace
}  // namespace assay::kernels::tile_order

namespace tile_order = assay::kernels::tile_order;

/// Launch with rows * columns blocks of Prefill::kThreads and Prefill::kSharedBytes of dynamic shared memory.
extern "C" __global__ void __launch_bounds__(tile_order::Prefill::kThreads, 2) assay_prefill_ordered(const __grid_constant__ tile_order::Arguments arguments) {
  assay::kernels::GpuBlock<tile_order::Prefill::kThreads> block;
  tile_order::run_prefill(block, arguments, tile_order::OrderFromCode<true>{});
}

/// Likewise with GemmTile's.
extern "C" __global__ void __launch_bounds__(tile_order::GemmTile::kThreads, 2) assay_gemm_ordered(const __grid_constant__ tile_order::Arguments arguments) {
  assay::kernels::GpuBlock<tile_order::GemmTile::kThreads> block;
  tile_order::run_gemm(block, arguments, tile_order::OrderFromCode<false>{});
}
