#pragma once
// bf16 as its 16 bits: the upper half of a float. Without cuda_bf16.h, so that a host compiler reads the same text.

#include <bit>
#include <cstdint>

#include "kernels/common/annotations.h"

namespace assay::kernels {

struct Bf16 {
  std::uint16_t bits;
  friend bool operator==(const Bf16&, const Bf16&) = default;
};

/// Two floats that neighbour each other in a row: what one thread holds of an mma's result.
struct alignas(8) Two {
  float x, y;
};

inline constexpr int kCopyBytes = 16;  ///< of one async copy, and of a row of ldmatrix
inline constexpr int kCopyValues = kCopyBytes / static_cast<int>(sizeof(Bf16));

inline constexpr Bf16 kBf16NaN{0x7fff};

ASSAY_BOTH float to_float(Bf16 value) {
  const std::uint32_t bits = std::uint32_t{value.bits} << 16;
#ifdef __CUDA_ARCH__
  return __uint_as_float(bits);
#else
  return std::bit_cast<float>(bits);
#endif
}

/// To the nearest, ties to even; a NaN stays one.
ASSAY_BOTH Bf16 to_bf16(float value) {
#ifdef __CUDA_ARCH__
  std::uint16_t bits;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value));
  return {bits};
#else
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return kBf16NaN;
  return {static_cast<std::uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16)};
#endif
}

/// Two values in one register, the first in the lower half: an operand of mma.
ASSAY_BOTH std::uint32_t to_bf16_pair(Two value) {
#ifdef __CUDA_ARCH__
  std::uint32_t bits;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(bits) : "f"(value.y), "f"(value.x));
  return bits;
#else
  return to_bf16(value.x).bits | std::uint32_t{to_bf16(value.y).bits} << 16;
#endif
}

}  // namespace assay::kernels
