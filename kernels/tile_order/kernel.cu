#include "kernels/tile_order/kernel.h"

#include <cuda_runtime.h>

#include "kernels/common/gpu_block.h"
#include "kernels/common/gpu_launch.h"
#include "kernels/tile_order/launch.h"

namespace assay::kernels::tile_order {
namespace {

__global__ void __launch_bounds__(Prefill::kThreads, 2) prefill(const __grid_constant__ Arguments arguments) {
  GpuBlock<Prefill::kThreads> block;
  run_prefill(block, arguments, OrderFromData{});
}

__global__ void __launch_bounds__(GemmTile::kThreads, 2) gemm(const __grid_constant__ Arguments arguments) {
  GpuBlock<GemmTile::kThreads> block;
  run_gemm(block, arguments, OrderFromData{});
}

}  // namespace

int launch(const Arguments& arguments, Kernel kernel, void* stream) {
  if (arguments.order == nullptr || arguments.strays == nullptr || arguments.rows < 1 || arguments.columns < 1) return cudaErrorInvalidValue;
  const bool attention = kernel == Kernel::prefill;
  const auto entry = attention ? prefill : gemm;
  const int threads = attention ? Prefill::kThreads : GemmTile::kThreads, bytes = attention ? Prefill::kSharedBytes : GemmTile::kSharedBytes;
  if (const cudaError_t error = allow_shared(entry, bytes); error != cudaSuccess) return error;
  entry<<<arguments.rows * arguments.columns, threads, bytes, static_cast<cudaStream_t>(stream)>>>(arguments);
  return cudaGetLastError();
}

}  // namespace assay::kernels::tile_order
