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

/// Into the second-level cache, around the first. Four equal words make 0: nothing is written. The compiler does not know that, or it would
/// leave the reads out.
__global__ void read_kernel(uint4* memory, std::size_t count) {
  const std::size_t step = std::size_t{gridDim.x} * blockDim.x;
  unsigned sum = 0;
  for (std::size_t i = std::size_t{blockIdx.x} * blockDim.x + threadIdx.x; i < count; i += step) {
    const uint4 words = __ldcg(memory + i);
    sum ^= words.x ^ words.y ^ words.z ^ words.w;
  }
  if (sum != 0) memory->x = sum;
}

}  // namespace

int stamp(Stamp* stamps, int blocks, void* stream) {
  stamp_kernel<<<static_cast<unsigned>(blocks), 1, 0, static_cast<cudaStream_t>(stream)>>>(stamps);
  return cudaGetLastError();
}

int read_through(void* memory, std::size_t bytes, int multiprocessors, void* stream) {
  read_kernel<<<static_cast<unsigned>(2 * multiprocessors), 1024, 0, static_cast<cudaStream_t>(stream)>>>(static_cast<uint4*>(memory), bytes / sizeof(uint4));
  return cudaGetLastError();
}

int spin(std::uint64_t nanoseconds, void* stream) {
  spin_kernel<<<1, 1, 0, static_cast<cudaStream_t>(stream)>>>(nanoseconds);
  return cudaGetLastError();
}

}  // namespace assay::kernels::worker
