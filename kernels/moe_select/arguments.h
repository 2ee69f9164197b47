#pragma once
// What a launch of moe_select is given: plain pointers and numbers, the same on the CPU and the GPU. C++20: nvcc and the host read it.
//
//   out[row] = x[row_token[row]] * transpose(weights[expert of row]),   rows sorted by expert

#include <cstdint>

#include "kernels/common/annotations.h"
#include "kernels/common/bf16.h"
#include "kernels/moe_select/shape.h"

namespace assay::kernels::moe_select {

inline constexpr int kHeights[] = {16, 32, 64, 128};  ///< every tile_m of kVariants
inline constexpr int kHeightCount = 4;
inline constexpr int kCountedColumns = 64;  ///< columns of the output that share a write counter: the narrowest tile_n

/// Of kHeights.
ASSAY_BOTH constexpr int height_index(int tile_m) { return tile_m <= 16 ? 0 : tile_m <= 32 ? 1 : tile_m <= 64 ? 2 : 3; }

/// The rows of one expert, cut into `tiles` tiles of some height. A launch's list holds this once for each of them, so that block id finds its
/// own by one read: with c tiles across, entry id / c is of the right expert, and (id - first_tile * c) counts its blocks, tiles down first,
/// for these read the same weights. Experts without rows are not in it.
struct ExpertRows {
  std::int32_t expert, first_tile, tiles;
  std::int32_t first_row, end_row;
};

/// Pointers are to memory of where the kernel runs, aligned to 16 bytes; writes may be null.
struct Arguments {
  const Bf16* x = nullptr;        ///< [tokens][k]
  const Bf16* weights = nullptr;  ///< [experts][n][k]
  Bf16* out = nullptr;            ///< [rows][n]
  const std::uint32_t* row_token = nullptr;  ///< [rows], each under tokens
  const ExpertRows* lists = nullptr;         ///< those of kHeights, one after another
  std::int32_t list_begin[kHeightCount + 1] = {};
  std::uint32_t* writes = nullptr;  ///< null, or [rows][n / kCountedColumns], zeros before: how often each was stored
  int tokens = 0, rows = 0, n = 0, k = 0, experts = 0;
};

/// Blocks of a launch of kVariants[action].
constexpr int blocks_of(const Arguments& arguments, int action) {
  const int height = height_index(kVariants[action].tile_m);
  return (arguments.list_begin[height + 1] - arguments.list_begin[height]) * (arguments.n / kVariants[action].tile_n);
}

}  // namespace assay::kernels::moe_select
