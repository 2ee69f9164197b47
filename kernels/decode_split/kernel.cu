// The kernels' entry points on the GPU, and their launch.
#include "kernels/decode_split/kernel.h"

#include <cuda_runtime.h>

#include "kernels/common/gpu_block.h"
#include "kernels/common/gpu_launch.h"
#include "kernels/decode_split/launch.h"
#include "kernels/decode_split/merge.h"

namespace assay::kernels::decode_split {
namespace {

// Two blocks' shared memory fits on an SM; registers must not keep the second one out.
template <int kDim, int kRowTiles>
__global__ void __launch_bounds__(kThreads, 2) attend_part_kernel(const __grid_constant__ Arguments a) {
  GpuBlock<kThreads> block;
  attend_part<kDim, kRowTiles>(block, a);
}

template <int kDim>
__global__ void __launch_bounds__(kMergeThreads) merge_parts_kernel(const __grid_constant__ Arguments a) {
  GpuBlock<kMergeThreads> block;
  merge_parts<kDim>(block, a);
}

template <int kDim, int kRowTiles>
cudaError_t launch_parts(const Arguments& a, cudaStream_t stream) {
  constexpr int kBytes = Layout<kDim, kRowTiles>::kSharedBytes;
  auto* kernel = attend_part_kernel<kDim, kRowTiles>;
  if (auto error = allow_shared(kernel, kBytes); error != cudaSuccess) return error;
  kernel<<<static_cast<unsigned>(a.work_count) * static_cast<unsigned>(a.heads_kv), kThreads, kBytes, stream>>>(a);
  return cudaGetLastError();
}

template <int kDim>
cudaError_t launch_all(const Arguments& a, cudaStream_t stream) {
  const int group = a.heads_q / a.heads_kv;
  const auto error = group <= 16 ? launch_parts<kDim, 1>(a, stream) : group <= 32 ? launch_parts<kDim, 2>(a, stream) : launch_parts<kDim, 4>(a, stream);
  if (error != cudaSuccess || a.merge_count == 0) return error;
  merge_parts_kernel<kDim><<<static_cast<unsigned>(a.merge_count) * static_cast<unsigned>(a.heads_q), kMergeThreads, merge_shared_bytes<kDim>(), stream>>>(a);
  return cudaGetLastError();
}

}  // namespace

int launch(const Arguments& a, int splits, void* stream) {
  if (a.splits != splits || a.work_count < 1) return cudaErrorInvalidValue;
  const auto on = static_cast<cudaStream_t>(stream);
  return a.head_dim == 128 ? launch_all<128>(a, on) : launch_all<64>(a, on);
}

}  // namespace assay::kernels::decode_split
