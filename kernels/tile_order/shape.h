#pragma once
// One problem whose output is cut into a grid of tiles: causal attention over a whole prompt, or a matrix product. The decision is the order:
// which tile the block with linear number `id` computes. Any bijection is correct. C++20: nvcc and the host read it.

#include <cstdint>

namespace assay::kernels::tile_order {

inline constexpr int kMostRows = 256, kMostColumns = 256;  ///< of a grid of tiles

enum class Kernel : std::uint8_t { prefill, gemm };

/// prefill: rows are tiles of kTileQueries queries, columns are (sequence, query head) pairs; row r reads r + 1 tiles of keys.
/// gemm: C = A * B^T, bf16 in, fp32 accumulation, bf16 out; rows and columns are tiles of C.
struct Shape {
  Kernel kernel = Kernel::prefill;
  int sequences = 1, heads_q = 32, heads_kv = 8, length = 4096;  ///< prefill; head_dim is 128
  int m = 0, n = 0, k = 0;                                       ///< gemm
  friend bool operator==(const Shape&, const Shape&) = default;
};

inline constexpr int kHeadDim = 128;
inline constexpr int kTileQueries = 128, kTileKeys = 64;  ///< prefill
inline constexpr int kTileM = 128, kTileN = 128, kTileK = 64;  ///< gemm; k is a multiple of kTileK, m and n of 8

struct Grid {
  int rows = 0, columns = 0;
  bool causal = false;  ///< the work of a tile grows with its row
  constexpr int tiles() const { return rows * columns; }
  friend bool operator==(const Grid&, const Grid&) = default;
};

constexpr Grid grid(const Shape& s) {
  if (s.kernel == Kernel::prefill) return {(s.length + kTileQueries - 1) / kTileQueries, s.sequences * s.heads_q, true};
  return {(s.m + kTileM - 1) / kTileM, (s.n + kTileN - 1) / kTileN, false};
}

constexpr bool is_valid(const Shape& s) {
  const bool fields = s.kernel == Kernel::prefill
                          ? s.sequences >= 1 && s.heads_kv >= 1 && s.heads_q >= s.heads_kv && s.heads_q % s.heads_kv == 0 && s.length >= 1 &&
                                s.sequences <= kMostColumns && s.heads_q <= kMostColumns && s.length <= kMostRows * kTileQueries
                          : s.m >= 8 && s.n >= 8 && s.k >= kTileK && s.m % 8 == 0 && s.n % 8 == 0 && s.k % kTileK == 0 &&
                                s.m <= kMostRows * kTileM && s.n <= kMostColumns * kTileN && s.k <= 65536;
  return fields && grid(s).rows <= kMostRows && grid(s).columns <= kMostColumns;
}

/// Floating-point operations that the result needs (of the causal half only), and bytes moved at least once.
constexpr double flops(const Shape& s) {
  if (s.kernel == Kernel::gemm) return 2.0 * s.m * s.n * s.k;
  return 4.0 * s.sequences * s.heads_q * kHeadDim * (0.5 * s.length * (s.length + 1.0));
}
constexpr double least_bytes(const Shape& s) {
  if (s.kernel == Kernel::gemm) return 2.0 * (1.0 * s.m * s.k + 1.0 * s.n * s.k + 1.0 * s.m * s.n);
  return 2.0 * s.sequences * s.length * kHeadDim * (2.0 * s.heads_q + 2.0 * s.heads_kv);
}

}  // namespace assay::kernels::tile_order
