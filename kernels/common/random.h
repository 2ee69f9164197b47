#pragma once
// Test data as a function of its index, the same bits on every machine: any part of it can be made, or checked, alone.

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/common/annotations.h"
#include "kernels/common/bf16.h"

namespace assay::kernels {

/// splitmix64 of seed and index.
ASSAY_BOTH std::uint64_t random_bits(std::uint64_t seed, std::uint64_t index) {
  std::uint64_t z = seed * 0xd1342543de82ef95u + (index + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/// Nearly normal with mean 0 and variance 1: the sum of four even numbers, which takes integers and one exact product, no logarithm whose last
/// bit depends on the machine. Never beyond 3.5.
ASSAY_BOTH Bf16 random_normal(std::uint64_t seed, std::uint64_t index) {
  const std::uint64_t bits = random_bits(seed, index);
  const int sum = static_cast<int>(bits & 0xffff) + static_cast<int>(bits >> 16 & 0xffff) + static_cast<int>(bits >> 32 & 0xffff) + static_cast<int>(bits >> 48);
  return to_bf16(static_cast<float>(sum - 131070) * 2.6429e-5f);  // 1 / (65536 / sqrt(3))
}

inline void fill_normal(std::span<Bf16> values, std::uint64_t seed) {
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = random_normal(seed, i);
}

}  // namespace assay::kernels
