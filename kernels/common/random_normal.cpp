#include "kernels/common/random_normal.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace assay::kernels {
namespace {

constexpr std::size_t kQuantiles = 4096;
constexpr std::uint64_t kPerDraw = 5;  ///< 12 bits each of 64

/// x with P(X <= x) = p, for 0.5 < p < 1: Newton's method from 0, which rises monotonically, the distribution being concave there.
double quantile(double p) {
  double x = 0;
  for (int i = 0; i < 64; ++i) {
    const double step = (p - 0.5 * std::erfc(-x / std::numbers::sqrt2)) / (std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi));
    x += step;
    if (std::abs(step) < 1e-12) break;
  }
  return x;
}

std::array<Bf16, kQuantiles> make_quantiles() {
  std::array<Bf16, kQuantiles> all;
  for (std::size_t i = 0; i < kQuantiles / 2; ++i) {
    const auto x = static_cast<float>(quantile((static_cast<double>(kQuantiles / 2 + i) + 0.5) / kQuantiles));
    all[kQuantiles / 2 + i] = to_bf16(x);
    all[kQuantiles / 2 - 1 - i] = to_bf16(-x);
  }
  return all;
}

std::uint64_t mix(std::uint64_t z) {  // splitmix64's
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

}  // namespace

void fill_normal(std::span<Bf16> values, std::uint64_t seed, std::uint64_t stream, std::uint64_t first) {
  static const std::array<Bf16, kQuantiles> quantiles = make_quantiles();
  const std::uint64_t start = mix(mix(seed + 0x9e3779b97f4a7c15u) + stream);
  std::uint64_t draw = first / kPerDraw, place = first % kPerDraw;
  for (std::size_t i = 0; i < values.size(); ++draw, place = 0) {
    const std::uint64_t bits = mix(start + (draw + 1) * 0x9e3779b97f4a7c15u);
    for (; place < kPerDraw && i < values.size(); ++place) values[i++] = quantiles[(bits >> (12 * place)) % kQuantiles];
  }
}

}  // namespace assay::kernels
