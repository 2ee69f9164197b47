#pragma once
// 2^x as the GPU's special function unit has it, and reductions over the lanes of a warp that differ in some bits of their number.

#include <bit>
#include <cmath>
#include <cstdint>

#include "kernels/common/annotations.h"
#include "kernels/common/per_thread.h"

namespace assay::kernels {

inline constexpr float kLog2E = 1.44269504088896340736f;

/// Relative error of 2^-22 on the GPU (PTX ISA, ex2.approx), and here. 0 below -126, for minus infinity too; infinity from 127.5 on (here); NaN for NaN.
ASSAY_BOTH float exp2_fast(float x) {
#ifdef __CUDA_ARCH__
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#else
  // x = n + f with f in -1/2 .. 1/2; Taylor's series of 2^f to the sixth power. No call and no branch, so that loops are vectorised.
  constexpr float kRound = 0x1.8p23f;
  const float rounded = x + kRound, f = x - (rounded - kRound);
  float power = 1.5403530e-4f;
  power = power * f + 1.3333558e-3f;
  power = power * f + 9.6181291e-3f;
  power = power * f + 5.5504109e-2f;
  power = power * f + 2.4022651e-1f;
  power = power * f + 6.9314718e-1f;
  power = power * f + 1.0f;
  const std::uint32_t n = std::bit_cast<std::uint32_t>(rounded) - std::bit_cast<std::uint32_t>(kRound);
  const float scaled = power * std::bit_cast<float>((n + 127) << 23);
  return x < -126.0f ? 0.0f : x >= 127.5f ? HUGE_VALF : scaled;
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
