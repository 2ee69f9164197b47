#pragma once
// The Block of block.h on the GPU: the calling thread's share of it. nvcc only; elsewhere this header is empty.

#ifdef __CUDACC__

#include <cstdint>

#include "kernels/common/annotations.h"
#include "kernels/common/bf16.h"
#include "kernels/common/per_thread.h"
#include "kernels/common/shared.h"

namespace assay::kernels {

extern __shared__ __align__(128) unsigned char gpu_shared_bytes[];

ASSAY_KERNEL std::uint32_t shared_address(const void* at) { return static_cast<std::uint32_t>(__cvta_generic_to_shared(at)); }

template <int kThreadCount>
class GpuBlock {
 public:
  static constexpr int kThreads = kThreadCount, kWarps = kThreadCount / kLanes;
  static constexpr bool kOnDevice = true, kChecked = false;
  template <class T, int N>
  using Registers = OneThread<T, N>;

  ASSAY_KERNEL int index() const { return static_cast<int>(blockIdx.x); }
  template <class Body>
  ASSAY_KERNEL void each(Body&& body) const {
    body(static_cast<int>(threadIdx.x));
  }
  ASSAY_KERNEL void sync() const { __syncthreads(); }
  ASSAY_KERNEL void warp_sync() const { __syncwarp(); }

  template <class T>
  ASSAY_KERNEL PlainShared<T> shared(int byte, int) const {
    return {reinterpret_cast<T*>(gpu_shared_bytes + byte)};
  }
  template <class T>
  ASSAY_KERNEL T load(const T* from) const {
    return *from;
  }
  template <class T>
  ASSAY_KERNEL void store(T* to, T value) const {
    *to = value;
  }

  /// cp.async past L1. A source size of 0 writes zeros and reads nothing.
  ASSAY_KERNEL void async_copy(int, PlainShared<Bf16> to, int i, const Bf16* from, bool present) const {
    asm volatile("cp.async.cg.shared.global.L2::128B [%0], [%1], 16, %2;" ::"r"(shared_address(to.begin + i)), "l"(from), "r"(present ? 16 : 0) : "memory");
  }
  ASSAY_KERNEL void commit_copies() const { asm volatile("cp.async.commit_group;" ::: "memory"); }
  template <int kStillOpen>
  ASSAY_KERNEL void wait_copies() const {
    asm volatile("cp.async.wait_group %0;" ::"n"(kStillOpen) : "memory");
  }

  ASSAY_KERNEL void count_write(std::uint32_t* counter) const {
    if (counter != nullptr) atomicAdd(counter, 1u);
  }

  template <class T, int N>
  ASSAY_KERNEL void shuffle_xor(OneThread<T, N>& to, const OneThread<T, N>& from, int mask) const {
    ASSAY_UNROLL
    for (int i = 0; i < N; ++i) to.value[i] = __shfl_xor_sync(0xffffffffu, from.value[i], mask);
  }
};

}  // namespace assay::kernels

#endif
