#pragma once
// 2^x as the GPU's special function unit has it, and reductions over the lanes of a warp that differ in some bits of their number.

#include <cmath>

#include "kernels/common/annotations.h"
#include "kernels/common/per_thread.h"

namespace assay::kernels {

inline constexpr float kLog2E = 1.44269504088896340736f;

/// 0 for minus infinity. Relative error of 2^-22 on the GPU (PTX ISA, ex2.approx).
ASSAY_BOTH float exp2_fast(float x) {
#ifdef __CUDA_ARCH__
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#else
  return std::exp2(x);
#endif
}

/// Each of the values becomes the largest of its kind among the kWidth neighbouring lanes (a power of two).
template <int kWidth, class Block, class Floats>
ASSAY_KERNEL void warp_max(Block& block, Floats& values) {
  ASSAY_UNROLL
  for (int mask = kWidth / 2; mask > 0; mask /= 2) {
    Floats other;
    block.shuffle_xor(other, values, mask);
    block.each([&](int thread) {
      ASSAY_UNROLL
      for (int i = 0; i < Floats::kCount; ++i) values(thread, i) = values(thread, i) < other(thread, i) ? other(thread, i) : values(thread, i);
    });
  }
}

/// Their sum, likewise; in the same order on the CPU.
template <int kWidth, class Block, class Floats>
ASSAY_KERNEL void warp_sum(Block& block, Floats& values) {
  ASSAY_UNROLL
  for (int mask = kWidth / 2; mask > 0; mask /= 2) {
    Floats other;
    block.shuffle_xor(other, values, mask);
    block.each([&](int thread) {
      ASSAY_UNROLL
      for (int i = 0; i < Floats::kCount; ++i) values(thread, i) += other(thread, i);
    });
  }
}

}  // namespace assay::kernels
