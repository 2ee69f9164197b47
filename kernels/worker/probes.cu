#include "kernels/worker/probes.h"

#include <cuda_runtime.h>

namespace assay::kernels::worker {
namespace {

__device__ std::uint64_t now() {
  std::uint64_t nanoseconds;
  asm volatile("mov.u64 %0, %globaltimer;" : "=l"(nanoseconds));
  return nanoseconds;
}

__global__ void stamp_kernel(Stamp* stamps) {
  Stamp mine;
  asm volatile("mov.u32 %0, %smid;" : "=r"(mine.multiprocessor));
  mine.nanoseconds = now();
  mine.cycles = static_cast<std::uint64_t>(clock64());
  stamps[blockIdx.x] = mine;
}

__global__ void spin_kernel(std::uint64_t nanoseconds) {
  const std::uint64_t begin = now();
  while (now() - begin < nanoseconds) {
  }
}

}  // namespace

int stamp(Stamp* stamps, int blocks, void* stream) {
  stamp_kernel<<<static_cast<unsigned>(blocks), 1, 0, static_cast<cudaStream_t>(stream)>>>(stamps);
  return cudaGetLastError();
}

int spin(std::uint64_t nanoseconds, void* stream) {
  spin_kernel<<<1, 1, 0, static_cast<cudaStream_t>(stream)>>>(nanoseconds);
  return cudaGetLastError();
}

}  // namespace assay::kernels::worker
