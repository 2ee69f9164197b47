#pragma once
// One grouped matrix product of a mixture-of-experts layer: the tokens that were routed to an expert times that expert's weights. The
// decision is which compiled variant of the kernel runs; every variant is correct for every routing. C++20: nvcc and the host read it.

#include <cstdint>
#include <vector>

namespace assay::kernels::moe_select {

inline constexpr int kMostExperts = 256;

/// How tokens spread over experts.
enum class Skew : std::uint8_t {
  even,    ///< as evenly as it goes
  random,  ///< each token draws top_k different experts
  zipf,    ///< likewise, expert i with weight 1 / (i + 1)
  hot,     ///< half of all draws go to one eighth of the experts
};

struct Shape {
  int experts = 8;
  int top_k = 2;      ///< experts of each token, 1 .. experts
  int tokens = 64;    ///< 1 .. 16384
  int n = 4096;       ///< columns of each expert's weights, a multiple of 128
  int k = 4096;       ///< a multiple of 64
  Skew skew = Skew::random;
  std::uint64_t seed = 0;
  friend bool operator==(const Shape&, const Shape&) = default;
};

constexpr bool is_valid(const Shape& s) {
  return s.experts >= 1 && s.experts <= kMostExperts && s.top_k >= 1 && s.top_k <= s.experts && s.top_k <= 16 && s.tokens >= 1 &&
         s.tokens <= 16384 && s.n >= 128 && s.n % 128 == 0 && s.n <= 32768 && s.k >= 64 && s.k % 64 == 0 && s.k <= 32768 &&
         s.skew <= Skew::hot;
}

inline std::uint64_t next_random(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/// The experts of each token, [tokens][top_k], different ones in a row; the same numbers everywhere.
inline std::vector<int> routing(const Shape& shape) {
  std::vector<int> chosen;
  std::vector<std::uint64_t> weights(static_cast<std::size_t>(shape.experts), 1u << 20);
  const int hot = shape.experts / 8 > 0 ? shape.experts / 8 : 1;
  for (int i = 0; i < shape.experts; ++i) {
    auto& weight = weights[static_cast<std::size_t>(i)];
    if (shape.skew == Skew::zipf) weight = (1u << 20) / static_cast<std::uint64_t>(i + 1);
    if (shape.skew == Skew::hot && i < hot) weight *= static_cast<std::uint64_t>(shape.experts > hot ? (shape.experts - hot) / hot : 1);
    if (weight == 0) weight = 1;
  }
  std::uint64_t state = shape.seed;
  int turn = 0;
  for (int token = 0; token < shape.tokens; ++token) {
    std::vector<bool> taken(static_cast<std::size_t>(shape.experts), false);
    for (int j = 0; j < shape.top_k; ++j) {
      int pick = 0;
      if (shape.skew == Skew::even) {
        pick = turn++ % shape.experts;
      } else {
        std::uint64_t total = 0;
        for (std::size_t i = 0; i < weights.size(); ++i) total += taken[i] ? 0 : weights[i];
        std::uint64_t left = next_random(state) % total;
        for (pick = 0; taken[static_cast<std::size_t>(pick)] || left >= weights[static_cast<std::size_t>(pick)]; ++pick)
          if (!taken[static_cast<std::size_t>(pick)]) left -= weights[static_cast<std::size_t>(pick)];
      }
      taken[static_cast<std::size_t>(pick)] = true;
      chosen.push_back(pick);
    }
  }
  return chosen;
}

/// Nothing is drawn where experts take turns or there is one: then 0 stands for every seed.
constexpr bool seed_matters(const Shape& s) { return s.skew != Skew::even && s.experts > 1; }

/// Rows of each expert, [experts]; their sum is tokens * top_k.
inline std::vector<int> histogram(const Shape& shape) {
  std::vector<int> rows(static_cast<std::size_t>(shape.experts), 0);
  for (int expert : routing(shape)) ++rows[static_cast<std::size_t>(expert)];
  return rows;
}

/// A compiled kernel. Index in kVariants is the action.
struct Variant {
  int tile_m, tile_n;
  int tile_k;
  int stages;  ///< tiles of the inner dimension in flight
};

inline constexpr Variant kVariants[] = {
    {16, 64, 64, 2},   {16, 64, 64, 4},   {16, 64, 128, 3},   {16, 128, 64, 2},  {16, 128, 64, 4},  {16, 128, 128, 3},
    {32, 64, 64, 2},   {32, 64, 64, 4},   {32, 64, 128, 3},   {32, 128, 64, 2},  {32, 128, 64, 4},  {32, 128, 128, 3},
    {64, 64, 64, 2},   {64, 64, 64, 4},   {64, 64, 128, 2},   {64, 128, 64, 2},  {64, 128, 64, 4},  {64, 128, 128, 2},
    {128, 64, 64, 2},  {128, 64, 64, 4},  {128, 64, 128, 2},  {128, 128, 64, 2}, {128, 128, 64, 4}, {128, 128, 128, 2},
};
inline constexpr int kVariantCount = sizeof(kVariants) / sizeof(kVariants[0]);

/// Tiles that a variant computes, padding included.
inline long long tiles(const Shape& shape, const Variant& variant) {
  long long rows = 0;
  for (int count : histogram(shape)) rows += (count + variant.tile_m - 1) / variant.tile_m;
  return rows * (shape.n / variant.tile_n);
}

inline double flops(const Shape& s) { return 2.0 * s.tokens * s.top_k * s.n * s.k; }
/// Weights of the experts in use once, each token once (its experts share it), rows out once, in bytes.
inline double least_bytes(const Shape& shape) {
  double used = 0;
  for (int count : histogram(shape)) used += count > 0 ? 1 : 0;
  return 2.0 * (used * shape.n * shape.k + 1.0 * shape.tokens * shape.k + 1.0 * shape.tokens * shape.top_k * shape.n);
}

}  // namespace assay::kernels::moe_select
