// The kernels of tile_order whose order is code: assay_tile is left open, for nvJitLink to fill with a certified policy compiled for the
// device. Built as LTO-IR (tile_order.ltoir), so that the policy is inlined and nothing is left of the call.
//
// The policy is one block's business: every thread evaluates it, with the same result. It is given no pointer but to its two answers, and
// what it answers is checked against the grid before it is used (kernel.h).

#include "kernels/common/gpu_block.h"
#include "kernels/tile_order/kernel.h"

extern "C" __device__ void assay_tile(int rows, int columns, int causal, int id, int* row, int* column);

namespace assay::kernels::tile_order {
namespace {

template <bool kCausal>
struct OrderFromCode {
  template <class Block>
  ASSAY_KERNEL void operator()(Block&, const Arguments& a, int id, int& row, int& column) const {
    assay_tile(a.rows, a.columns, kCausal ? 1 : 0, id, &row, &column);
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
